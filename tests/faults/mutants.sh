#!/usr/bin/env bash
# Breaks Baton on purpose, one way after the other, and shows that a test notices each.
#
#   tests/with-backends.sh tests/faults/mutants.sh [NAME…]   all of them, or some; prints a table, fails if one survives
#   tests/faults/mutants.sh --check                          whether every patch still applies; runs nothing
#
# What is broken is the last commit, in a working tree of its own under target/mutants, where builds are kept as well.
# tests/faults/MUTANTS.md tells what a user would lose.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
root=$PWD
home=$root/target/mutants
tree=$home/tree
patches=$root/tests/faults/mutants
export CARGO_TARGET_DIR=$home/build PATH="$root/target/tools/bin:$PATH"

# A race need not show at once: a mutant survives when the tests pass so often.
tries=3

die() { printf 'mutants: %s\n' "$*" >&2; exit 1; }
head_of() { sed -n "s/^$2: //p" "$patches/$1.patch"; }

if [[ ${1-} == --check ]]; then
  for patch in "$patches"/*.patch; do
    git apply --check "$patch" || die "$(basename "$patch") does not apply any more"
  done
  exit 0
fi

# What is built for the tests of a package. The one program plays every service where stories need processes.
targets() {
  if [[ $1 == baton-tests ]]; then
    echo -p baton -p baton-tests --bin baton --test it
  else
    echo -p "$1" --test it
  fi
}

# build PACKAGE
build() {
  # shellcheck disable=SC2046
  (cd "$tree" && cargo build --quiet $(targets "$1"))
}

# run PACKAGE FILTER LOG: the tests of that package that the filter names.
run() {
  # shellcheck disable=SC2046
  (cd "$tree" && RUST_BACKTRACE=0 INSTA_UPDATE=no cargo nextest run --retries 0 --no-fail-fast $(targets "$1") -E "$2") >"$3" 2>&1
}

# said LOG: which tests failed, and the first thing that one of them complained of.
said() {
  awk '
    /^ +(FAIL|TIMEOUT|ABORT|SIG[A-Z]+) / { name = $NF; sub(/.*::/, "", name); if (!(name in seen)) { seen[name]; names = names (names ? ", " : "") name } }
    panicked && !why { sub(/^ +/, ""); why = substr($0, 1, 120); panicked = 0 }
    /panicked at/ { panicked = 1 }
    END { print names ": " why }' "$1"
}

clean() { git -C "$tree" checkout --quiet --force . ; }

names=("$@")
[[ $# -gt 0 ]] || mapfile -t names < <(cd "$patches" && printf '%s\n' *.patch | sed 's/\.patch$//')
mkdir -p "$home"
if [[ -e $tree/.git ]]; then
  clean
  git -C "$tree" checkout --quiet --detach "$(git rev-parse HEAD)"
else
  git worktree prune
  git worktree add --quiet --detach "$tree" HEAD
fi

# Without a patch everything passes, or what fails with one says nothing.
for package in $(for name in "${names[@]}"; do head_of "$name" Package; done | sort -u); do
  filter=
  for name in "${names[@]}"; do
    [[ $(head_of "$name" Package) != "$package" ]] || filter+="${filter:+ + }$(head_of "$name" Tests)"
  done
  build "$package" || die "$package does not build"
  run "$package" "$filter" "$home/unbroken-$package.log" || die "tests fail as it is; see $home/unbroken-$package.log"
done

rm -f "$home/table.new"
survivors=0
for name in "${names[@]}"; do
  package=$(head_of "$name" Package) log=$home/$name.log verdict=survives says=
  git -C "$tree" apply "$patches/$name.patch" || die "$name does not apply"
  build "$package" 2>"$log" || { clean; die "$name does not build; see $log"; }
  for ((try = 0; try < tries; try++)); do
    status=0
    run "$package" "$(head_of "$name" Tests)" "$log" || status=$?
    # 100 is what nextest ends with when tests failed; anything else says nothing of the mutant.
    [[ $status == 0 || $status == 100 ]] || { clean; die "$name was not tried; see $log"; }
    if [[ $status == 100 ]]; then
      verdict=caught
      says=$(said "$log")
      break
    fi
  done
  clean
  [[ $verdict == caught ]] || ((++survivors))
  printf '%-40s %-9s %s\n' "$name" "$verdict" "$says" | tee -a "$home/table.new" >&2
done
mv "$home/table.new" "$home/table"
echo
cat "$home/table"
[[ $survivors -eq 0 ]] || die "$survivors survive"
