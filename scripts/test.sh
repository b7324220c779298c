#!/usr/bin/env bash
# Every test on both databases; arguments go to tests/__main__.py.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh test
exec .venv/bin/python -m tests "$@"
