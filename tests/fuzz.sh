#!/usr/bin/env bash
# Fuzzes what reads from outside: requests, page tokens, files to load, events. Begins with the kept corpus in fuzz/corpus
# and ends with what it found in fuzz/artifacts; `cargo fuzz run TARGET` does the same for who has cargo-fuzz.
#
#   tests/fuzz.sh [SECONDS [TARGET…]]    each target for so long, 20 seconds if not said
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../fuzz"

seconds=${1-20}
shift $(($# > 0))
targets=("$@")
[[ $# -gt 0 ]] || targets=(request page_token import event)

# Dependencies are those of the workspace, built once for both; only our own code that is tried is watched, by the flags that
# `cargo fuzz --sanitizer none` passes. There is no unsafe code here for a sanitizer to watch over.
CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/../target}
export CARGO_TARGET_DIR RUSTC_WRAPPER=$PWD/watched.sh
cargo build --locked --bins

work=$(mktemp -d "${TMPDIR:-/tmp}/baton-fuzz.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p artifacts
passed=0 failed=0
for target in "${targets[@]}"; do
  mkdir -p "$work/$target"
  # New finds go to the first folder, which is forgotten; the kept corpus stays as it is.
  if "$CARGO_TARGET_DIR/debug/$target" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=2048 -seed=1 \
    -verbosity=0 -print_final_stats=1 -artifact_prefix="artifacts/$target-" "$work/$target" "corpus/$target" \
    >"$work/$target.log" 2>&1; then
    passed=$((passed + 1))
    printf '%s: %s inputs, nothing found\n' "$target" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/$target.log")"
  else
    failed=$((failed + 1))
    tail -n 40 "$work/$target.log"
  fi
done
printf '%s passed, %s failed\n' "$passed" "$failed"
((failed == 0))
