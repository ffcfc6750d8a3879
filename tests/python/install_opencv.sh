#!/usr/bin/env bash
# usage: tests/python/install_opencv.sh BUILD_FOLDER
#
# Puts the two versions of OpenCV that the Python package is compared with beside each other: opencv-4 is the last that
# reads Darknet's files, opencv-5 does so by nightjar_darknet.cv2_dnn.install().

set -Eeuo pipefail

for version in 4 5; do
  folder="$1/opencv-$version"
  [ ! -d "$folder" ] || continue
  "$1/venv/bin/pip" install --quiet --timeout 20 --retries 1 --no-deps --target "$folder.new" \
    "opencv-python-headless>=$version,<$((version + 1))"
  mv "$folder.new" "$folder"
done
