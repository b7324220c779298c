#!/usr/bin/env bash
# Every check that needs no database with rows; runs them all, then says which failed.
set -uo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh lint || exit 1

bin=$PWD/.venv/bin
# Nothing of the caller's environment may change what the checks see.
unset DATABASE_URL SECRET_KEY ALLOWED_HOSTS CSRF_TRUSTED_ORIGINS EMAIL_URL MEDIA_ROOT MEDIA_STORE PII_KEYS TRUSTED_PROXIES
export DATABASE_URL=sqlite:///:memory:
failed=()

check() { # check NAME COMMAND...
    local name=$1 output
    shift
    if output=$("$@" </dev/null 2>&1); then
        echo "  ok     $name"
    else
        echo "  GAGAL  $name"
        sed 's/^/         /' <<<"$output"
        failed+=("$name")
    fi
}

templates() {
    local folders=()
    for folder in templates */templates renstra/*/templates; do [[ -d $folder ]] && folders+=("$folder"); done
    "$bin/djlint" --lint --quiet "${folders[@]}"
}

deploy_check() {
    env DEBUG=0 ALLOWED_HOSTS=renstra.example.id CSRF_TRUSTED_ORIGINS=https://renstra.example.id \
        SECRET_KEY="$("$bin/python" -c 'import secrets; print(secrets.token_urlsafe(64))')" \
        "$bin/python" manage.py check --deploy --fail-level WARNING
}

check "bentuk (ruff format)" "$bin/ruff" format --check --output-format concise .
check "aturan (ruff)" "$bin/ruff" check --output-format concise .
check "tipe (mypy)" env DEBUG=1 "$bin/mypy"
check "templat (djlint)" templates
check "panduan seirama (scripts/panduan.py)" "$bin/python" scripts/panduan.py --check
check "lapisan (import-linter)" env DEBUG=1 "$bin/lint-imports" --no-logo
check "migrasi seirama model" env DEBUG=1 "$bin/python" manage.py makemigrations --check --dry-run
check "siap pasang (check --deploy)" deploy_check

if [[ ${#failed[@]} -gt 0 ]]; then
    echo "lint: ${#failed[@]} gagal."
    exit 1
fi
echo "lint: bersih."
