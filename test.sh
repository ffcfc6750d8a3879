#!/usr/bin/env bash
# usage: ./test.sh
#
# Sets up a fresh Debian 12 or Ubuntu 24.04, builds nightjar with its tests and runs them. The last line says
# how many passed.

# shellcheck source=.ci/packages.sh
source "$(dirname "${BASH_SOURCE[0]}")/.ci/packages.sh"

begin
need_packages catch2 pkg-config python3 python3-dev python3-pil
generations="$(cuda_generations)"
configure release -DNIGHTJAR_TESTS=ON -DNIGHTJAR_CUDA=AUTO ${generations:+"$generations"}
build_targets all
status=0
step "test" ctest --test-dir "$build" -j2 --output-on-failure || status=$?
verdict="$(grep -E '^[0-9]+% tests passed' "$log" | tail -n 1)" || verdict="no test ran; see $log"
printf '\ntest.sh: %s\n' "$verdict"
exit "$status"
