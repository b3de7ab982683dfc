#!/usr/bin/env bash
# Makes the passwords of a deployment with docker compose: .env in the project's folder, readable by its owner alone.
# What is there already is kept.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
umask 077
touch .env

# The first letter keeps NATS from taking a password for a number.
secret() { printf 's%s' "$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"; }

for name in ADMIN POSTGRES NATS_DIRECTORY NATS_CUSTOMER NATS_MARKETING NATS_SALES NATS_COMMERCE NATS_INSIGHT; do
  grep -q "^${name}_PASSWORD=" .env || printf '%s_PASSWORD=%s\n' "$name" "$(secret)" >>.env
done
printf 'Sign in as admin with the password %s\n' "$(sed -n 's/^ADMIN_PASSWORD=//p' .env)"
