#!/bin/sh
# Make .venv from uv.lock. `setup.sh run` installs what the product needs, `setup.sh dev` the tools as well.
# Does nothing when the lock file has not changed since; needs Python 3.11 or later and PyPI, nothing else.
set -eu
cd "$(dirname "$0")/.."
kind=${1:-run}
stamp="$(cksum <uv.lock) $(pwd -P)"

is_done() { [ -x .venv/bin/python ] && [ -f ".venv/.ready-$1" ] && [ "$(cat ".venv/.ready-$1")" = "$stamp" ]; }
if is_done dev || { [ "$kind" = run ] && is_done run; }; then exit 0; fi

stop() { echo "$1" >&2; exit 1; }

python=""
for name in python3.11 python3.12 python3.13 python3.14 python3; do
    if command -v "$name" >/dev/null 2>&1 && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$name
        break
    fi
done
[ -n "$python" ] || stop "Satu Pintu needs Python 3.11 or later: install it (Debian: apt-get install python3 python3-venv) and run this again."

echo "Setting up .venv (the first time takes a minute or two) ..."
uv=""
if command -v uv >/dev/null 2>&1 && uv --version >/dev/null 2>&1; then uv=uv; fi
if [ -d .venv ] && ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then rm -rf .venv; fi
if [ ! -d .venv ]; then
    if [ -n "$uv" ]; then
        uv venv --quiet --python "$("$python" -c 'import sys; print(sys.executable)')" .venv
    else
        "$python" -m venv .venv >/dev/null 2>&1 || {
            rm -rf .venv
            stop "Python cannot make a virtual environment: install its venv module (Debian: apt-get install python3-venv) and run this again."
        }
    fi
fi
if [ -z "$uv" ]; then
    [ -x .venv/bin/uv ] || .venv/bin/python -m pip install --quiet --disable-pip-version-check uv ||
        stop "uv could not be installed from PyPI: check the network connection and run this again."
    uv=.venv/bin/uv
fi
# --inexact keeps uv itself, and the tools when only the product is asked for.
if [ "$kind" = dev ]; then group=--dev; else group=--no-dev; fi
unset VIRTUAL_ENV
UV_PROJECT_ENVIRONMENT="$(pwd -P)/.venv" UV_PYTHON_DOWNLOADS=never UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-true}" "$uv" sync --quiet --frozen --inexact "$group" ||
    stop "The packages in uv.lock could not be installed; the lines above say which and why."
rm -f .venv/.ready-*
printf '%s' "$stamp" >".venv/.ready-$kind"
