#!/usr/bin/env bash
# `make test`: everything, on both engines. Installs what is missing, starts and stops what it needs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
PATH="$PWD/target/tools/bin:$PATH"

# begins PART: says what comes, and after how many minutes.
begins() { printf '\n== %s, after %d:%02d\n' "$1" $((SECONDS / 60)) $((SECONDS % 60)); }

begins tools
tests/tools.sh postgres nats oidc
tests/tools.sh faketime || echo "no libfaketime to be had: no clock is put" >&2
tests/tools.sh nextest || echo "no nextest to be had: cargo test does, only slower" >&2

begins build
# The console first: the gateway serves what is built.
make dist

# Tests and the programs that stories start, at once: so both are built with the same features.
cargo build --workspace --bins --tests

# What stories and browsers write is forgotten with them: it stays in memory where there is room for it, and a story does not
# wait for a disk. PostgreSQL, which keeps the databases of all stories to the end, has its place on the disk.
disk=${TMPDIR:-/tmp}
room=$(df --output=avail --block-size=1G /dev/shm 2>/dev/null | tail -n 1) || room=0
place=$disk
((${room:-0} < 4)) || place=/dev/shm
memory=$(mktemp -d "$place/baton-tests.XXXXXX")
export TMPDIR=$memory
# PostgreSQL, which runs as somebody else where this is root, passes through to what a story lends it.
chmod 711 "$memory"
trap 'rm -rf "$memory"' EXIT

# Only the calls of this run count.
rm -rf target/verbs
mkdir -p target/verbs

failed=0
begins stories
if cargo nextest --version >/dev/null 2>&1; then
  # Half as many again as there are processors: for half of its time a story waits for servers and disk.
  TMPDIR=$disk tests/with-backends.sh env TMPDIR="$memory" cargo nextest run --workspace --test-threads $(($(nproc) * 3 / 2)) || failed=1
else
  TMPDIR=$disk tests/with-backends.sh env TMPDIR="$memory" cargo test --workspace --no-fail-fast --lib --bins --tests || failed=1
fi
# The console: its parts by themselves, then all of it in a browser.
begins browser
(cd services/console && npm test) || failed=1
tests/tools.sh chromium
tests/browser.sh || failed=1
# Programs that know nothing of ours but the contracts.
begins clients
tests/tools.sh buf python
tests/with-backends.sh tests/clients/run.sh || failed=1
# Every call that is described, with whatever the description allows and with what it does not: for a set time, so the next one
# is built meanwhile.
told=$(mktemp)
tests/api.sh >"$told" 2>&1 &
api=$!
trap 'kill "$api" 2>/dev/null || true; rm -rf "$memory"' EXIT
# What reads from outside is given what nobody would send, for some seconds each; `make fuzz` takes longer.
begins fuzz
tests/tools.sh cxx
tests/fuzz.sh 10 || failed=1
wait "$api" || failed=1
cat "$told"

begins documentation
# nextest leaves the examples in documentation to cargo.
cargo test --workspace --doc --no-fail-fast || failed=1
begins verbs
"${CARGO_TARGET_DIR:-target}/debug/verbs" target/verbs || failed=1
exit "$failed"
