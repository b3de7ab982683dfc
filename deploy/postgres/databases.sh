#!/usr/bin/env bash
# Makes a database for each service, owned by a user of its own: no service can read another one's.
# PostgreSQL's image runs it once, when its data folder is new.
set -euo pipefail

for service in directory customer marketing commerce insight sales; do
  psql --set ON_ERROR_STOP=1 --set service="$service" --set password="$POSTGRES_PASSWORD" \
    --username "$POSTGRES_USER" --dbname postgres <<'SQL'
create role :"service" login password :'password';
create database :"service" owner :"service";
revoke all on database :"service" from public;
SQL
done
