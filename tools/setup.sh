#!/bin/sh
# Makes the project's own environment in .venv from the lock file with hashes. Needs Python 3.11 or newer, nothing else.
set -eu
python=$1
cd "$(dirname "$0")/.."
"$python" - <<'PY'
import sys
if sys.version_info < (3, 11):
    sys.exit(f"Python 3.11 немесе одан жаңасы керек; мұнда: {sys.version.split()[0]} / Python 3.11 or newer is needed")
PY
if ! [ -x .venv/bin/pip ]; then
    rm -rf .venv
    if ! "$python" -m venv .venv 2>/dev/null; then
        # Debian ships Python without ensurepip: an environment without pip, and pip from the system into it.
        rm -rf .venv
        "$python" -m venv --without-pip .venv
        "$python" -m pip --python .venv/bin/python install --quiet pip \
            || { echo "python3-venv немесе pip керек: apt-get install python3-venv" >&2; exit 1; }
    fi
fi
PIP_DISABLE_PIP_VERSION_CHECK=1 .venv/bin/python -m pip install --quiet --no-compile --require-hashes -r requirements-dev.lock
PIP_DISABLE_PIP_VERSION_CHECK=1 .venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --no-index -e .
# The checkout is a place of work: git keeps no modes, and nothing is filed where every user may look in.
chmod o-rwx inbox archive
