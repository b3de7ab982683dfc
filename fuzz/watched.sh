#!/usr/bin/env bash
# rustc, which has the code that is fuzzed tell libFuzzer which ways it goes.
set -euo pipefail
case " $* " in
  *" --crate-name baton "* | *" --crate-name baton_chassis "* | *" --crate-name baton_gateway "*)
    exec "$@" -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
      -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
      -Cllvm-args=-sanitizer-coverage-trace-compares
    ;;
  *) exec "$@" ;;
esac
