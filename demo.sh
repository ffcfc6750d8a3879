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
configure release -DNIGHTJAR_TESTS=OFF "-DNIGHTJAR_CUDA=$cuda" "$(instruction_sets)"
build_targets nightjar_cli
nightjar="$build/nightjar"
show "fetch yolov3-tiny" "$nightjar" fetch yolov3-tiny --to weights
# The cfg with the anchors that the published weights were trained with (cfg/README.md).
show "detect" "$nightjar" detect "$image" --cfg cfg/yolov3-tiny-123.cfg --weights weights/yolov3-tiny.weights \
  --draw "$root/results"
printf '\nThe picture with its boxes: %s\n' "$root/results/$(basename "$image")"
