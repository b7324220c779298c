#!/usr/bin/env bash
# Writes requirements/*.txt from pyproject.toml: exact versions with hashes, no
# address of any registry, so that each office installs from the one it has.
#   scripts/lock.sh            keeps versions that still fit
#   scripts/lock.sh --upgrade  takes the newest
set -euo pipefail
cd "$(dirname "$0")/.."

compile() { # compile FILE GROUP... : runtime dependencies plus these groups
    local file=$1 groups=()
    shift
    for group in "$@"; do groups+=(--group "pyproject.toml:$group"); done
    .venv/bin/uv pip compile pyproject.toml "${groups[@]}" \
        --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url \
        --no-header --quiet "${upgrade[@]}" --output-file "$file" >/dev/null
    echo "$file: $(grep -c '==' "$file") paket"
}

upgrade=("$@")
# The largest set first and the others bound to it, so that one version of a package serves all three.
compile requirements/bench.txt test lint bench
upgrade=(--constraint requirements/bench.txt)
compile requirements/dev.txt test lint
compile requirements/base.txt
