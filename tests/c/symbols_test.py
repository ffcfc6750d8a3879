"""What a shared library of ours shows: the functions that its headers declare, and nothing else.

  symbols_test.py LIBRARY HEADER... [--define NAME]
"""

import re
import subprocess
import sys

arguments = sys.argv[1:]
defines = []
if "--define" in arguments:
    at = arguments.index("--define")
    defines = [f"-D{arguments[at + 1]}"]
    arguments = arguments[:at]
library, *headers = arguments


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def declared(header):
    """Names of the functions that are declared in a header itself, as a compiler sees it."""
    text = run("c++", "-E", "-x", "c++", *defines, "-I", ".", header)
    name = r'visibility\("default"\)\)\)\s*[\w:*<>&\s]*?[\s*&](~?\w+)\('
    return set(re.findall(name, text))


def shown():
    lines = run("nm", "-D", "--defined-only", library).splitlines()
    symbols = {line.split()[-1].split("@")[0] for line in lines if line.split()[-2] != "A"}  # A: a version's name
    return {re.sub(r"\(.*", "", run("c++filt", symbol).strip()) for symbol in symbols}


wanted = set().union(*map(declared, headers))
assert len(wanted) > 10, f"only {len(wanted)} functions are found in {headers}"
found = shown()
members = {name.split("::")[1] for name in found if name.startswith("Detector::")}
found = {name for name in found if "::" not in name} | members
assert found == wanted, f"missing: {sorted(wanted - found)}; too many: {sorted(found - wanted)}"
