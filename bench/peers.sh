#!/bin/sh
# Installs what the benchmark compares with, below one folder and nowhere else: Ansible, Mitogen and pyinfra from PyPI
# into a virtual environment, and Node 24 from npm. Usage: bench/peers.sh [folder]; remove the folder to undo it.
set -eu

cd "$(dirname "$0")"
folder=${1:-.cache/peers}
mkdir -p "$folder"

command -v python3 >/dev/null || { apt-get update && apt-get install --yes python3-venv; }
python3 -m venv "$folder/python"
# Mitogen supports Ansible up to some version only, and says so when it is loaded: these fit together.
"$folder/python/bin/pip" install --quiet --disable-pip-version-check \
  "ansible-core==${ANSIBLE_CORE:-2.19.*}" "mitogen${MITOGEN:->=0.3.30}" "pyinfra${PYINFRA:-==3.*}"

# The npm package is the program alone; it has no script that must run.
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$folder/node24" "node-linux-$(node -p process.arch)@24"

"$folder/python/bin/ansible-playbook" --version | head -n 1
"$folder/python/bin/pip" list --disable-pip-version-check 2>/dev/null | grep -E '^(mitogen|pyinfra) '
"$folder/node24/node_modules/node-linux-$(node -p process.arch)/bin/node" --version
