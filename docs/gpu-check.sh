#!/usr/bin/env bash
# usage: docs/gpu-check.sh [OPTION...]
#
# Checks and times nightjar on this machine's GPU: sets up a Debian 12 or Ubuntu 24.04
# that has NVIDIA's driver and CUDA 12 or 13, builds for this GPU alone in build-gpu, and runs
# docs/benchmark/gpu_check.py, whose --help names the options, for about 8 minutes more. Writes
# build-gpu/gpu-check.md, .json and .svg. With --nightjar PATH and --tests FOLDER, which name what was built
# elsewhere, nothing is installed and nothing built. Exit codes: 0 done, 1 something failed, 7 no GPU or no nvcc.

# shellcheck source=.ci/packages.sh
source "$(dirname "${BASH_SOURCE[0]}")/../.ci/packages.sh"

# Of its own: what it is configured for is one GPU.
build="$root/build-gpu"
log="$build/gpu-check.log"

no_gpu() {
  printf 'gpu-check.sh: %s\n' "$1" >&2
  exit 7
}

# "90a-real" for compute capability 9.0, whose own instructions (wgmma) only this name has.
architecture() {
  case "$1" in
    9.0) printf '90a-real' ;;
    *) printf '%s-real' "${1/./}" ;;
  esac
}

case "${1:-}" in
  -h | --help)
    sed -n '2,/^$/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
    exec python3 "$root/docs/benchmark/gpu_check.py" --help
    ;;
esac

capability="$(nvidia-smi --id=0 --query-gpu=compute_cap --format=csv,noheader 2>/dev/null)" || capability=""
[ -n "$capability" ] || no_gpu "needs a GPU of NVIDIA's and its driver; nvidia-smi finds none"
if [[ " $* " == *" --nightjar "* && " $* " == *" --tests "* ]]; then
  exec python3 "$root/docs/benchmark/gpu_check.py" "$@"
fi
[ -n "${CUDACXX:-}" ] || command -v nvcc >/dev/null || [ -x /usr/local/cuda/bin/nvcc ] ||
  no_gpu "needs nvcc: install the CUDA toolkit, 12 or 13, or set CUDACXX"

begin
need_packages catch2 python3
configure release -DNIGHTJAR_TESTS=ON -DNIGHTJAR_CUDA=ON \
  "-DNIGHTJAR_CUDA_ARCHITECTURES=$(architecture "$capability")"
build_targets nightjar_cli cuda_test cuda_backend_test
exec python3 docs/benchmark/gpu_check.py "$@"
