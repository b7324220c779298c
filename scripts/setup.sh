#!/usr/bin/env bash
# Makes .venv from the hash locks and looks after the operating system's packages.
#   scripts/setup.sh run    what the site needs
#   scripts/setup.sh lint   and the checks
#   scripts/setup.sh test   and browser and PostgreSQL
#   scripts/setup.sh bench  and the peers it is measured against
# A repeat takes a second: a stamp in .venv carries the hash of the lock.
set -euo pipefail
cd "$(dirname "$0")/.."

purpose=${1:-test}
case $purpose in
    run) lock=requirements/base.txt ;;
    lint | test) lock=requirements/dev.txt ;;
    bench) lock=requirements/bench.txt ;;
    *) echo "setup: tujuan '$purpose' tidak dikenal; pilih run, lint, test, atau bench." >&2; exit 2 ;;
esac

fail() { echo "setup: $*" >&2; exit 1; }

# --- Python 3.11, whatever it is called ---------------------------------------------
is_311() { "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' >/dev/null 2>&1; }

find_python() {
    local name
    for name in ${PYTHON:-} python3.11 python3 python /usr/bin/python3.11; do
        if is_311 "$name"; then echo "$name"; return; fi
    done
    return 1
}

# --- packages of the operating system -----------------------------------------------
missing=()
need() { # need PACKAGE COMMAND... : the package, unless the command succeeds
    local package=$1
    shift
    "$@" >/dev/null 2>&1 || missing+=("$package")
}
loads() { "$python" -c "import ctypes, sys; ctypes.CDLL(sys.argv[1])" "$1"; }
has_font() { find -L /usr/share/fonts /usr/local/share/fonts ~/.fonts ~/.local/share/fonts -name '*.[ot]tf' -print -quit 2>/dev/null | grep -q .; }
has_postgres() { [[ ${DATABASE_URL:-} == postgres* ]] || command -v initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb'; }

check_system() {
    missing=()
    need libpango-1.0-0 loads libpango-1.0.so.0
    need libpangoft2-1.0-0 loads libpangoft2-1.0.so.0
    need libharfbuzz-subset0 loads libharfbuzz-subset.so.0
    need fonts-dejavu-core has_font
    if [[ ! -x .venv/bin/python ]]; then need python3-venv "$python" -c 'import ensurepip'; fi
    if [[ $purpose == test ]]; then
        need chromium command -v chromium
        need postgresql has_postgres
        need poppler-utils command -v pdftotext
    fi
}

install_system() {
    check_system
    [[ ${#missing[@]} -eq 0 ]] && return
    echo "setup: paket sistem yang belum ada: ${missing[*]}"
    local command="apt-get install -y --no-install-recommends ${missing[*]}"
    if ! command -v apt-get >/dev/null; then
        fail "pasang paket itu (nama Debian) dengan pengelola paket mesin ini, lalu ulangi."
    elif [[ $(id -u) -ne 0 ]]; then
        fail "pasang dahulu, lalu ulangi: sudo $command"
    fi
    export DEBIAN_FRONTEND=noninteractive
    # An old package list names files that are gone, so a failure is worth one update.
    if ! $command </dev/null >/tmp/renstra-apt.$$ 2>&1; then
        apt-get update </dev/null >/tmp/renstra-apt.$$ 2>&1 || true
        if ! $command </dev/null >/tmp/renstra-apt.$$ 2>&1; then
            tail -n 5 /tmp/renstra-apt.$$ >&2
            rm -f /tmp/renstra-apt.$$
            fail "apt gagal; perbaiki, lalu ulangi: $command"
        fi
    fi
    rm -f /tmp/renstra-apt.$$
    check_system
    [[ ${#missing[@]} -eq 0 ]] || fail "sesudah dipasang masih belum ada: ${missing[*]}"
    echo "setup: paket sistem terpasang."
}

# --- .venv --------------------------------------------------------------------------
install_python_packages() {
    if ! is_311 .venv/bin/python; then
        echo "setup: membuat .venv dengan $("$python" --version 2>&1)"
        "$python" -m venv --clear .venv || fail "folder .venv tidak dapat dibuat di $PWD."
    fi
    local stamp hash
    stamp=.venv/stamp-$(basename "$lock" .txt)
    hash=$(sha256sum "$lock" | cut -d' ' -f1)
    [[ -f $stamp && $(<"$stamp") == "$hash" ]] && return
    echo "setup: memasang paket Python dari $lock"
    .venv/bin/python -m pip install -qq --disable-pip-version-check --no-input --require-hashes -r "$lock" ||
        fail "pemasangan dari $lock gagal (lihat pesan pip di atas); perbaiki, lalu ulangi."
    # A larger set holds the smaller ones in the same versions (lock.sh).
    local part
    for part in base dev bench; do
        sha256sum "requirements/$part.txt" | cut -d' ' -f1 >".venv/stamp-$part"
        [[ $lock == "requirements/$part.txt" ]] && break
    done
}

python=$(find_python) || {
    [[ -x .venv/bin/python ]] && is_311 .venv/bin/python && python=.venv/bin/python ||
        fail "Python 3.11 tidak ditemukan (yang ada: $(command -v python3 >/dev/null && python3 --version 2>&1 || echo "tanpa python3")); pasang python3.11 atau sebut tempatnya: PYTHON=/jalur/python3.11 make setup"
}
install_system
install_python_packages
