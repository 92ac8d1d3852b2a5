#!/bin/bash
# Makes the peer's virtual environment in the given folder, once for each version of requirements.txt.
set -euo pipefail
venv=$1
here=$(cd "$(dirname "$0")" && pwd)
cmp -s "$here/requirements.txt" "$venv/installed.txt" && exit
rm -rf "$venv"
python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps -r "$here/requirements.txt"
cp "$here/requirements.txt" "$venv/installed.txt"
