"""No code compiled for one instruction set may be what a caller of another is linked to.

  isa_symbols_test.py NM OBJECT...

An inline function that a kernel source shares with the rest of the program is emitted in each object file and merged
by the linker, which may keep the AVX-512 copy for everybody. So a weak symbol of these objects must lie in the
namespace of its instruction set.
"""
import re
import subprocess
import sys

nm, *objects = sys.argv[1:]
assert objects
bad = []
for path in objects:
    isa = re.search(r'nightjar_cpu_(\w+)\.', path)[1]
    for line in subprocess.run([nm, '-C', '--defined-only', path], capture_output=True, text=True, check=True).stdout.splitlines():
        kind, name = line[17:].split(' ', 1)
        if kind in 'WVu' and f'nightjar::cpu::{isa}::' not in name:
            bad.append(f'{path}: {name}')
print('\n'.join(sorted(set(bad))) or f'{len(objects)} objects are clean')
sys.exit(bool(bad))
