#!/usr/bin/env bash
# usage: apps/packages/man_pages.sh NIGHTJAR FOLDER
#
# Writes a man page for the program NIGHTJAR and one for each of its commands into FOLDER, from what --help says. Needs
# help2man.

set -euo pipefail

[ $# -eq 2 ] || { printf 'man_pages.sh: usage: man_pages.sh NIGHTJAR FOLDER\n' >&2; exit 2; }
nightjar="$1" folder="$2"
version="$("$nightjar" --version)"
mkdir -p "$folder"

# page NAME SUMMARY COMMAND: the command's page, NAME(1).
page() {
  help2man --no-info --section 1 --source "$version" --version-string "${version#* }" --name "$2" \
    --output "$folder/$1.1" "$3"
  # help2man says `nightjar detect`, which is how it is called; its page is nightjar-detect.
  sed -i -e "s/^\.TH [^ ]*/.TH ${1^^}/" -e "s/^$3 \\\\- /$1 \\\\- /" "$folder/$1.1"
}

# The pages say `nightjar`, whatever the program's path is, and where a user's weights are by default.
alone="$(mktemp -d)"
trap 'rm -rf "$alone"' EXIT
ln -s "$(realpath "$nightjar")" "$alone/nightjar"
# shellcheck disable=SC2088 # the tilde itself is what they say
export PATH="$alone:$PATH" NIGHTJAR_HOME="~/.local/share/nightjar"

page nightjar "run Darknet models from their original .cfg and .weights files" nightjar
nightjar --help | sed -nE 's/^  ([a-z]+)  +(.*)/\1\t\2/p' | while IFS=$'\t' read -r command summary; do
  page "nightjar-$command" "$summary" "nightjar $command"
done
