#!/usr/bin/env bash
# Programs of other people's making play against a running firm: a Python client (grpcio), a TypeScript client (Connect).
# Both are generated here from proto/ as it is. Run it under tests/with-backends.sh, with the programs built.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

root=$PWD
work=$root/target/clients
target=${CARGO_TARGET_DIR:-target}
BATON_PROGRAM=$(cd "$target/debug" && pwd)/baton
export BATON_PROGRAM
: "${BATON_TEST_NATS:?run this under tests/with-backends.sh}"
mkdir -p "$work"
status=0

# changed WHAT FILE…: whether WHAT has to be made again, because it is missing or one of the files has changed.
changed() {
  local stamp=$work/$1.stamp sum
  shift
  sum=$(cat -- "$@" | sha256sum)
  [[ -e $stamp && $(<"$stamp") == "$sum" ]] && return 1
  stale=$stamp
  stale_sum=$sum
}
made() { printf '%s' "$stale_sum" >"$stale"; }

python_client() {
  local here=tests/clients/python libraries=$work/libraries stubs=$work/python
  if changed libraries "$here/requirements.txt"; then
    rm -rf "$libraries"
    python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore \
      --target "$libraries" --requirement "$here/requirements.txt"
    made
  fi
  rm -rf "$stubs"
  mkdir -p "$stubs"
  export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$libraries:$stubs
  # google.api comes with the client's own libraries, as it would for anybody.
  mapfile -t files < <(cd proto && find baton -name '*.proto' | sort)
  python3 -m grpc_tools.protoc --proto_path=proto --python_out="$stubs" --grpc_python_out="$stubs" "${files[@]}"
  python3 -m pytest -q -p no:cacheprovider "$here"
}

typescript_client() {
  local here=$work/typescript
  rm -rf "$here/src" "$here/dist"
  mkdir -p "$here"
  cp -r tests/clients/typescript/. "$here"
  if changed typescript "$here/package-lock.json"; then
    (cd "$here" && npm ci --silent --no-audit --no-fund --ignore-scripts --include=dev)
    made
  fi
  (
    cd "$here"
    PATH=$here/node_modules/.bin:$PATH
    buf generate "$root/proto"
    tsc
    # The closing lines in the words of the other runners.
    node --test --test-reporter=tap dist/ | sed -E 's/^# (pass|fail) ([0-9]+)$/\2 \1ed/'
  )
}

# Each in a shell of its own: one that fails ends there, and the other still runs.
case ${1-all} in
  python | typescript) "${1}_client" ;;
  all)
    for client in python typescript; do tests/clients/run.sh "$client" || status=1; done
    exit "$status"
    ;;
esac
