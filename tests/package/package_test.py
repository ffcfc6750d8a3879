"""Installs nightjar into an empty prefix and builds a project against it with find_package.

  package_test.py BUILD_DIR SOURCE_DIR
"""
import pathlib
import subprocess
import sys
import tempfile

build, source = map(pathlib.Path, sys.argv[1:])


def run(*command):
    done = subprocess.run([str(c) for c in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
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
    said = run(project / 'uses_nightjar', cfg)
    assert said == 'nightjar 0.1.0, 24 layers\n', said
