#!/usr/bin/env bash
# make bench: odooctl, Ansible, Ansible with Mitogen and one script through ssh, on the
# same hosts. Missing programs are installed. The arguments are those of bench/side;
# bench/side.sh -help lists them.
set -euo pipefail
cd "$(dirname "$0")/.."
. lab/steps.sh
export PATH=$PATH:/usr/sbin:/sbin

ready
provide ssh=openssh-client ansible-playbook=ansible curl=curl
if [ ! -e /usr/lib/python3/dist-packages/ansible_mitogen ]; then
	DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends ansible-mitogen </dev/null
fi
exec go run ./bench/side "$@"
