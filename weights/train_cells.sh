#!/usr/bin/env bash
# usage: weights/train_cells.sh BCCD OUT [OPTION...]
#
# Trains cfg/cells.cfg, the network of weights/cells.weights, on the pictures of BCCD: a folder with JPEGImages,
# Annotations and ImageSets, from https://github.com/Shenggan/BCCD_Dataset. Learns from those of train.txt and measures
# on those of val.txt; test.txt is not opened. Everything is written into the folder OUT; each OPTION goes to
# `nightjar train`, as --seed 2, --updates 1000 or --resume.

set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
nightjar="${NIGHTJAR:-$root/build/nightjar}"

refuse() {
  printf 'train_cells.sh: %s\n' "$1" >&2
  exit 1
}

[ $# -ge 2 ] || refuse "needs two folders: BCCD and OUT"
bccd="$(realpath -m -- "$1")" out="$2"
shift 2
[ -x "$nightjar" ] || refuse "$nightjar: no program; ./test.sh builds it, and NIGHTJAR=FILE names another"

mkdir -p "$out"
for part in train val; do
  list="$bccd/ImageSets/Main/$part.txt"
  [ -f "$list" ] || refuse "$list: no such file; BCCD is a folder with JPEGImages, Annotations and ImageSets"
  sed "s|^|$bccd/JPEGImages/|; s|\r*$|.jpg|" "$list" >"$out/$part.txt"
done
printf '%s\n' "classes = 3" "names = $root/cfg/cells.names" "train = train.txt" "valid = val.txt" >"$out/cells.data"
exec "$nightjar" train "$out/cells.data" "$root/cfg/cells.cfg" --out "$out" "$@"
