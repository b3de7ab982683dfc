#!/usr/bin/env bash
# Runs a command with a PostgreSQL and a NATS server of its own, and ends with the command's status.
#
#   tests/with-backends.sh COMMAND [ARGUMENT…]               for tests: fast, forgotten afterwards
#   tests/with-backends.sh --keep DIR COMMAND [ARGUMENT…]    for use: PostgreSQL alone, durable, data stays in DIR
#
# Both servers listen on free ports of the loopback address. The command finds them in
# BATON_TEST_PG=postgres://…/postgres and BATON_TEST_NATS=nats://… . They stop with the command. A system in use brings
# a NATS server of its own, with a user for each service.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
PATH="$PWD/target/tools/bin:$PATH"

say() { printf 'backends: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

keep=
if [[ ${1-} == --keep ]]; then
  [[ -n ${2-} ]] || die "--keep needs a folder"
  keep=$2
  shift 2
fi
[[ $# -gt 0 ]] || die "no command; see the head of $0"

home=
postgres_pid=
nats_pid=
stop() {
  local status=$?
  trap - EXIT INT TERM HUP
  # In use, PostgreSQL is given time to write everything down; after tests nobody wants the data.
  [[ -z $nats_pid ]] || kill -TERM "$nats_pid" 2>/dev/null || true
  [[ -z $postgres_pid ]] || kill -s "$([[ -n $keep ]] && echo INT || echo QUIT)" "$postgres_pid" 2>/dev/null || true
  wait 2>/dev/null || true
  [[ -n $keep || -z $home ]] || rm -rf "$home"
  exit "$status"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# Where the servers keep their files; PostgreSQL refuses to run as root, so root lends it to another user.
lend=() lent=()
if [[ -n $keep ]]; then
  mkdir -p "$keep"
  home=$(cd "$keep" && pwd)
else
  home=$(mktemp -d "${TMPDIR:-/tmp}/baton-backends.XXXXXX")
fi
mkdir -p "$home/postgres"
if [[ $(id -u) -eq 0 ]]; then
  user=nobody
  id postgres >/dev/null 2>&1 && user=postgres
  lent=(--reuid "$user" --regid "$(id -g "$user")" --clear-groups)
  chown "$user" "$home/postgres"
  chmod 711 "$home"
  setpriv "${lent[@]}" test -x "$home/postgres" || die "user $user cannot reach $home; choose another folder"
fi
[[ ${#lent[@]} -eq 0 ]] || lend=(setpriv "${lent[@]}")
# The servers end with this script, however it ends, but not before: a Ctrl-C at the terminal is for the
# command, which may still want to write something down.
server=()
! type -P setsid >/dev/null || server+=(setsid)
! type -P setpriv >/dev/null || server+=(setpriv --pdeathsig QUIT)

# until_true PID LOG COMMAND…: waits until the command succeeds, as long as the process is alive.
until_true() {
  local pid=$1 log=$2 tries=0
  shift 2
  until "$@" >/dev/null 2>&1; do
    kill -0 "$pid" 2>/dev/null || return 1
    ((++tries < 600)) || { tail -n 20 "$log" >&2; return 1; }
    sleep 0.1
  done
}

postgres_bin=$(dirname "$(type -P initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V | tail -n 1)")
[[ -x $postgres_bin/initdb ]] || die "no PostgreSQL here; run tests/tools.sh postgres"
postgres_bin=$(dirname "$(readlink -f "$postgres_bin/initdb")")
type -P nats-server >/dev/null || die "no nats-server here; run tests/tools.sh nats"

# The server writes its process id and, once it takes connections, "ready" there. Better than to knock
# at the port, where another server might answer.
postgres_is_ready() {
  [[ $(sed -n '1p;8p' "$1") == "$postgres_pid"$'\n'ready* ]]
}

start_postgres() {
  local files=$home/postgres/data password=$home/postgres/password settings=() tries=0 port
  # The password keeps other users of this machine out: a superuser of PostgreSQL may run programs.
  # md5 and not scram: the tests open thousands of connections, and scram is slow by design.
  if [[ ! -e $files/PG_VERSION ]]; then
    (umask 077 && od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$password")
    [[ $(id -u) -ne 0 ]] || chown "$user" "$password"
    "${lend[@]}" "$postgres_bin/initdb" --pgdata "$files" --username baton --encoding UTF8 \
      --no-locale --auth md5 --pwfile "$password" --no-sync >"$home/initdb.log" 2>&1 \
      || { cat "$home/initdb.log" >&2; die "initdb failed"; }
  fi
  settings=(-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=400)
  if [[ -z $keep ]]; then
    # Test data is thrown away: nothing in it has to survive a crash of the machine, so it need not wait
    # for the disk. What survives a crash of a *service* does not depend on these.
    settings+=(-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=256MB
      -c wal_level=minimal -c max_wal_senders=0 -c max_wal_size=4GB -c checkpoint_timeout=1h
      -c autovacuum_naptime=10s)
  fi
  while ((++tries < 10)); do
    port=$((15000 + RANDOM % 5000))
    # A port that answers is taken.
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && continue
    "${server[@]}" "${lent[@]}" "$postgres_bin/postgres" -D "$files" -p "$port" "${settings[@]}" \
      >"$home/postgres.log" 2>&1 </dev/null &
    postgres_pid=$!
    if until_true "$postgres_pid" "$home/postgres.log" postgres_is_ready "$files/postmaster.pid"; then
      BATON_TEST_PG="postgres://baton:$(<"$password")@127.0.0.1:$port/postgres"
      export BATON_TEST_PG
      return 0
    fi
    kill -QUIT "$postgres_pid" 2>/dev/null || true
    wait "$postgres_pid" || true
  done
  tail -n 20 "$home/postgres.log" >&2
  die "PostgreSQL does not start"
}

start_nats() {
  local ports
  mkdir -p "$home/nats"
  rm -f "$home"/nats/*.ports
  printf 'jetstream { store_dir: "%s/nats" }\n' "$home" >"$home/nats.conf"
  "${server[@]}" nats-server --config "$home/nats.conf" --addr 127.0.0.1 --port -1 \
    --ports_file_dir "$home/nats" >"$home/nats.log" 2>&1 </dev/null &
  nats_pid=$!
  ports=$home/nats/nats-server_$nats_pid.ports
  until_true "$nats_pid" "$home/nats.log" grep -q nats:// "$ports" \
    || { tail -n 20 "$home/nats.log" >&2; die "NATS does not start"; }
  BATON_TEST_NATS=$(grep -o 'nats://[0-9.:]*' "$ports" | head -n 1)
  export BATON_TEST_NATS
}

start_postgres
[[ -n $keep ]] || start_nats
"$@"
