# Sourced by demo.sh, test.sh, docs/gpu-check.sh and .ci/run: installs missing Debian or Ubuntu packages, and runs the
# steps of a set-up.
# shellcheck shell=bash
#
# step NAME COMMAND... shows a command's output and keeps it in $log; show NAME COMMAND... leaves it on the
# terminal alone. If one fails, the script ends with one line that names the step and the log.

set -Eeuo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
build="$root/build"
log="$build/$(basename "$0" .sh).log"
current_step="start"

build_packages=(g++ make cmake libcli11-dev nlohmann-json3-dev libstb-dev libcurl4-openssl-dev libssl-dev
  libpugixml-dev libturbojpeg0-dev libspng-dev libwebp-dev fonts-dejavu-core ca-certificates)

refuse() {
  printf '%s: %s\n' "$(basename "$0")" "$1" >&2
  exit 1
}
trap 'refuse "failed at \"$current_step\"; see $log"' ERR

begin() {
  mkdir -p "$build"
  : >"$log"
  cd "$root"
}

step() {
  current_step="$1"
  shift
  printf '== %s\n' "$current_step"
  {
    trap - ERR
    "$@"
  } 2>&1 | tee -a "$log"
}

show() {
  current_step="$1"
  shift
  printf '== %s\n' "$current_step"
  "$@"
}

installed() {
  [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  else
    sudo "$@"
  fi
}

apt_get() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get "$@"
}

# Package lists may be absent (a fresh container) or name versions that are gone: refresh them once.
apt_install() {
  apt_get install -y --no-install-recommends "$@" ||
    { apt_get update && apt_get install -y --no-install-recommends "$@"; }
}

# need_packages PACKAGE...: what building takes, and these.
need_packages() {
  local missing=() package
  for package in "${build_packages[@]}" "$@"; do
    installed "$package" || missing+=("$package")
  done
  [ "${#missing[@]}" -gt 0 ] || return 0
  command -v apt-get >/dev/null || refuse "needs ${missing[*]}, and there is no apt-get to install them with"
  [ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null ||
    refuse "needs ${missing[*]}: run it as root, or install sudo"
  step "install ${missing[*]}" apt_install "${missing[@]}"
}

# Whether a GPU of NVIDIA's can be used here: its tool finds one, or, as in some containers, there are its device and its
# driver's library without the tool.
gpu_answers() {
  nvidia-smi --list-gpus >/dev/null 2>&1 && return
  [ -e /dev/nvidiactl ] || [ -e /dev/dxg ] || return
  ldconfig -p 2>/dev/null | grep -q 'libcuda\.so\.1'
}

# Prints the option that leaves out the kernels which this machine cannot run, and which take longest to compile.
instruction_sets() {
  local avx512=OFF
  if grep -qs avx512vl /proc/cpuinfo; then avx512=ON; fi
  printf '%s' "-DNIGHTJAR_AVX512=$avx512"
}

# Prints the option that compiles CUDA kernels for the oldest and the newest generation alone where no GPU runs them: that
# all of it compiles is all that can be seen there, and each generation more takes minutes.
cuda_generations() {
  gpu_answers || printf '%s' '-DNIGHTJAR_CUDA_ARCHITECTURES=75-real;90a-real'
}

# configure PRESET OPTION...: into $build, with ccache where it is installed.
configure() {
  local preset="$1" launcher=()
  shift
  if command -v ccache >/dev/null; then launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
  step "configure" cmake --preset "$preset" -B "$build" "${launcher[@]}" "$@"
}

# build_targets TARGET...: in $build, under the command $under if there is one; building runs the tests for their names.
under=()
build_targets() {
  step "build" "${under[@]}" cmake --build "$build" --parallel "$(nproc)" --target "$@"
}
