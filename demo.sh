#!/usr/bin/env bash
# usage: ./demo.sh [IMAGE]
#        ./demo.sh --train
#
# Sets up a fresh Debian 12 or Ubuntu 24.04, builds nightjar, fetches YOLOv3-tiny and finds the objects in
# IMAGE (without one: a street drawn by docs/scene/draw_scene.py). Prints the boxes and where the picture with
# them lies. Without an IMAGE, or where nothing can be fetched, the detector that comes with nightjar counts
# blood cells too, in a drawn smear.
#
# --train fetches nothing: it draws 600 streets and labels what they show (docs/scene/draw_scenes.py), trains a
# small detector on 500 of them for about two minutes, and finds what is in six of the others. All of it goes to
# results/training, in place of what an earlier run left there.

here="$(dirname "${BASH_SOURCE[0]}")"

# shellcheck source=.ci/packages.sh
source "$here/.ci/packages.sh"

build_nightjar() {
  local cuda=AUTO portable=ON
  if ! gpu_answers; then
    cuda=OFF
    printf '== no GPU answers: building without CUDA kernels\n'
  fi
  # What compiles fastest: the kernels that this machine would choose, optimised as always; all else hardly; and no
  # warnings, which are for who changes things.
  if grep -qsw avx2 /proc/cpuinfo && grep -qsw fma /proc/cpuinfo; then portable=OFF; fi
  configure release -DNIGHTJAR_TESTS=OFF -DNIGHTJAR_PRECOMPILE=ON "-DCMAKE_CXX_FLAGS_RELEASE=-O1 -DNDEBUG" \
    -DNIGHTJAR_CLIENTS_OPTIMIZATION=-O0 "-DNIGHTJAR_PORTABLE=$portable" "-DNIGHTJAR_CUDA=$cuda" "$(instruction_sets)"
  build_targets nightjar_cli
  nightjar="$build/nightjar"
}

# detect_in IMAGE MODEL: into results/.
detect_in() {
  show "detect" "$nightjar" detect "$1" --model "$2" --draw "$root/results"
  printf '\nThe picture with its boxes: %s\n' "$root/results/$(basename "$1")"
}

detect() {
  local smear="$root/docs/scene/smear.png" street="$root/docs/scene/street.png"
  begin
  need_packages python3 python3-pip
  build_nightjar
  if show "fetch yolov3-tiny" "$nightjar" fetch yolov3-tiny --to weights; then
    detect_in "${1:-$street}" yolov3-tiny
    [ $# -eq 0 ] || return 0
  else
    printf 'demo.sh: yolov3-tiny cannot be fetched here, so %s is not looked at; cells come with nightjar\n' \
      "${1:-$street}"
  fi
  detect_in "$smear" cells
}

train() {
  local results="$root/results/training" scenes="$root/results/training/scenes"
  begin
  need_packages python3 python3-pil
  build_nightjar
  # The system's Python, which has the package, whatever else is called python3.
  show "draw 600 streets" /usr/bin/python3 -B docs/scene/draw_scenes.py "$scenes" --count 600
  # A machine on which it takes longer than three minutes ends it there.
  show "train" "$nightjar" train "$scenes/scenes.data" cfg/scenes.cfg --out "$results" --overwrite --minutes 3
  show "detect" "$nightjar" detect "$scenes"/pictures/0000{1,7}.jpg "$scenes"/pictures/000{13,19,25,31}.jpg \
    --cfg cfg/scenes.cfg --weights "$results/scenes_best.weights" --names "$scenes/scenes.names" --draw "$results/detected"
  printf '\nHow it learned: %s\nWhat it finds in six streets that it never saw: %s\n' "$results/chart.svg" "$results/detected"
}

case "${1:-}" in
  --help) sed -n '2,/^$/s/^# \{0,1\}//p' "$0" ;;
  --train) train ;;
  "") detect ;;
  *)
    image="$(realpath -m -- "$1")"
    [ -f "$image" ] || refuse "$image: no such file; name a JPEG, PNG or BMP picture"
    detect "$image"
    ;;
esac
