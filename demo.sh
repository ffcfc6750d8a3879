#!/usr/bin/env bash
# usage: ./demo.sh [IMAGE]
#
# Sets up a fresh Debian 12 or Ubuntu 24.04, builds nightjar, fetches YOLOv3-tiny and finds the objects in
# IMAGE (without one: a street drawn by docs/scene/draw_scene.py). Prints the boxes and where the picture with
# them lies.

here="$(dirname "${BASH_SOURCE[0]}")"
image="$(realpath -m -- "${1:-$here/docs/scene/street.png}")"

# shellcheck source=.ci/packages.sh
source "$here/.ci/packages.sh"

[ -f "$image" ] || refuse "$image: no such file; name a JPEG, PNG or BMP picture"

begin
need_packages python3 python3-pip
cuda=AUTO
if ! gpu_answers; then
  cuda=OFF
  printf '== no GPU answers: building without CUDA kernels\n'
fi
# What compiles fastest: the kernels that this machine would choose, optimised as always; all else hardly; and no
# warnings, which are for who changes things.
portable=ON
if grep -qsw avx2 /proc/cpuinfo && grep -qsw fma /proc/cpuinfo; then portable=OFF; fi
configure release -DNIGHTJAR_TESTS=OFF -DNIGHTJAR_PRECOMPILE=ON "-DCMAKE_CXX_FLAGS_RELEASE=-O1 -DNDEBUG" \
  -DNIGHTJAR_CLIENTS_OPTIMIZATION=-O0 "-DNIGHTJAR_PORTABLE=$portable" "-DNIGHTJAR_CUDA=$cuda" "$(instruction_sets)"
build_targets nightjar_cli
nightjar="$build/nightjar"
show "fetch yolov3-tiny" "$nightjar" fetch yolov3-tiny --to weights
show "detect" "$nightjar" detect "$image" --model yolov3-tiny --draw "$root/results"
printf '\nThe picture with its boxes: %s\n' "$root/results/$(basename "$image")"
