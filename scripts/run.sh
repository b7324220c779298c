#!/usr/bin/env bash
# Sets up, fills the database and serves the site; a second start keeps the data.
# Without SECRET_KEY it is a trial: DEBUG=1, SQLite in var/, demo accounts.
set -euo pipefail
cd "$(dirname "$0")/.."

export PORT=${PORT:-8000}
scripts/setup.sh run
.venv/bin/python scripts/check_port.py "$PORT"

if [[ -z ${SECRET_KEY:-} ]]; then export DEBUG=${DEBUG:-1}; fi
manage() { .venv/bin/python manage.py "$@"; }

manage migrate --verbosity 0
# Seventy lines of reconciliation would push the address off the screen.
mkdir -p var
manage load_baseline >var/load_baseline.log
echo "Data dasar dimuat: $(tail -n 1 var/load_baseline.log) (semuanya: var/load_baseline.log)"
case ${DEBUG:-} in
    1 | [Tt]rue | [Yy]es | [Oo]n) manage create_demo_users ;;
    *) manage collectstatic --noinput --verbosity 0 ;;
esac
exec .venv/bin/python -m gunicorn --bind "127.0.0.1:$PORT" renstra.wsgi
