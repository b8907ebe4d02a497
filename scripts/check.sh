#!/bin/sh
# Every check that needs no test run. All of them run; the exit code says whether one failed.
set -u
cd "$(dirname "$0")/.."
SATUPINTU_HOME=$(mktemp -d)
export SATUPINTU_HOME
trap 'rm -rf "$SATUPINTU_HOME"' EXIT INT TERM
bin=.venv/bin
failed=""

step() {
    name=$1
    shift
    if output=$("$@" 2>&1); then
        printf '  ok      %s\n' "$name"
    else
        printf '  FAILED  %s\n%s\n' "$name" "$output"
        failed="$failed $name;"
    fi
}

step "ruff check" $bin/ruff check .
step "ruff format" $bin/ruff format --check .
step "mypy" $bin/mypy
step "import-linter" $bin/lint-imports
step "djlint" $bin/djlint --lint --quiet satupintu
step "templates compile" $bin/python scripts/templates.py
step "django check" $bin/python manage.py check --fail-level WARNING
step "migrations" $bin/python manage.py makemigrations --check --dry-run
step "translations" $bin/python scripts/messages.py --check

if [ -n "$failed" ]; then
    echo "Failed:$failed" >&2
    exit 1
fi
