"""Installs nightjar into an empty prefix and builds a project against it with find_package, and its C program with
pkg-config.

  package_test.py BUILD_DIR SOURCE_DIR
"""
import os
import pathlib
import subprocess
import sys
import tempfile

build, source = map(pathlib.Path, sys.argv[1:])


def run(*command, **environment):
    done = subprocess.run([str(c) for c in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          env={**os.environ, **environment})
    if done.returncode:
        sys.exit(f'{command}: exit {done.returncode}\n{done.stdout}')
    return done.stdout


with tempfile.TemporaryDirectory() as folder:
    prefix, project = pathlib.Path(folder, 'prefix'), pathlib.Path(folder, 'project')
    run('cmake', '--install', build, '--prefix', prefix)
    run('cmake', '-S', source / 'tests/package', '-B', project, f'-DCMAKE_PREFIX_PATH={prefix}',
        '-DCMAKE_DISABLE_FIND_PACKAGE_CUDAToolkit=ON')
    run('cmake', '--build', project)
    cfg = prefix / 'share/nightjar/cfg/yolov3-tiny.cfg'
    lib = next(prefix.glob('lib*/**/nightjar.pc')).parent.parent
    flags = run('pkg-config', '--cflags', '--libs', 'nightjar', PKG_CONFIG_PATH=str(lib / 'pkgconfig')).split()
    run('cc', source / 'tests/package/main.c', '-o', project / 'by_pkg_config', *flags)
    for program in ('uses_nightjar', 'uses_nightjar_c', 'by_pkg_config'):
        said = run(project / program, cfg, LD_LIBRARY_PATH=str(lib))
        assert said == 'nightjar 0.1.0, 24 layers\n', (program, said)
