#!/usr/bin/env bash
# Plays the console in a real browser against the whole product in one process, with the demo company in it.
#
#   tests/browser.sh [ARGUMENT…]      arguments go to vitest, e.g. a part of a file name
#
# Screenshots of every page stay in target/shots.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

bin=$(realpath "${CARGO_TARGET_DIR:-target}")/debug
home=$(mktemp -d "${TMPDIR:-/tmp}/baton-browser.XXXXXX")
server=
stop() {
  local status=$?
  trap - EXIT INT TERM
  [[ -z $server ]] || kill -TERM "$server" 2>/dev/null || true
  wait 2>/dev/null || true
  ((status == 0)) || tail -n 40 "$home/serve.log" >&2 || true
  rm -rf "$home"
  exit "$status"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

export BATON_AUTH__ADMIN_PASSWORD=browser-tests-only
# A provider that is known and never answers.
export BATON_AUTH__PUBLIC_URL=http://localhost BATON_AUTH__OIDC__CORP__ISSUER=http://127.0.0.1:9
export BATON_AUTH__OIDC__CORP__CLIENT_ID=baton BATON_AUTH__OIDC__CORP__DISPLAY_NAME='Corporate account'
"$bin/baton" serve --data "$home/data" --http 127.0.0.1:0 --grpc 127.0.0.1:0 >"$home/ready.json" 2>"$home/serve.log" &
server=$!
tries=0
until grep -qs '"ready"' "$home/ready.json"; do
  kill -0 "$server" 2>/dev/null || exit 1
  ((++tries < 600)) || exit 1
  sleep 0.1
done
"$bin/baton" demo --data "$home/data" --json >"$home/demo.json"

BATON_URL=$(node -p "JSON.parse(require('fs').readFileSync('$home/ready.json', 'utf8')).http")
export BATON_URL BATON_BIN="$bin/baton" BATON_DEMO="$home/demo.json" BATON_SHOTS=$PWD/target/shots
mkdir -p "$BATON_SHOTS"
cd services/console
npx vitest run --config vitest.browser.config.ts "$@"
