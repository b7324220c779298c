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

# Web and worker live and die together: when one ends, or Ctrl-C asks, the other is stopped too.
# Should this script itself be killed, they get a TERM too.
setsid setpriv --pdeathsig TERM .venv/bin/python manage.py pekerja &  # a group of its own: it has processes below it
worker=$!
setpriv --pdeathsig TERM .venv/bin/python -m gunicorn --bind "127.0.0.1:$PORT" renstra.wsgi &
web=$!
stop() {
    trap - INT TERM EXIT
    # An import that is cut off goes on at the next start: nobody waits long for it.
    kill -TERM "$web" "$worker" 2>/dev/null || true
    for _ in {1..50}; do
        kill -0 "$web" 2>/dev/null || kill -0 "$worker" 2>/dev/null || return 0
        sleep 0.2
    done
    kill -KILL -- "$web" "-$worker" 2>/dev/null || true
}
trap 'stop; exit 130' INT
trap 'stop; exit 143' TERM
trap stop EXIT
wait -n "$web" "$worker"
