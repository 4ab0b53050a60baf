#!/usr/bin/env bash
# The tests that need real hosts, or the real PostgreSQL, nginx and Python: every
# package with a file of the build tag lab. What is missing is installed, or ends
# the run; nothing is skipped. With the word needs it only installs what is missing.
# Packages take turns: their labs share the machine.
set -euo pipefail
cd "$(dirname "$0")/.."
. lab/steps.sh
export PATH=$PATH:/usr/sbin:/sbin:/usr/lib/postgresql/15/bin:/usr/lib/openssh

lab="make" # the hosts for tests that boot none themselves

main() {
	local began=$EPOCHREALTIME
	ready
	needs
	[ "${1-}" != needs ] || return 0
	step "build the ACME server of the tests" make --no-print-directory acme-server
	CGO_ENABLED=0 go build -o bin/lab ./lab/cmd/lab
	# shellcheck disable=SC2046 # one word per package
	step "packages that boot their own hosts, or none" try $(comm -23 <(packages) <(guests))
	step "boot hosts for packages that take hosts that run" boot
	# shellcheck disable=SC2046
	step "packages that take hosts that run" try $(guests)
	printf '\nThe tests on lab hosts took %s.\n' "$(since "$began")"
}

needs() {
	step "install what is missing" provide ssh=openssh-client sftp-server=openssh-sftp-server busybox=busybox shellcheck=shellcheck unshare=util-linux nginx=nginx-light python3=python3 runuser=util-linux curl=curl wrk=wrk testssl=testssl.sh chromium=chromium
}

# packages: those with lab tests, in order.
packages() { grep -rl --include='*_test.go' '^//go:build lab' . | xargs -n1 dirname | sort -u; }

# guests: those of them that boot no hosts and ask for some.
guests() { grep -rl --include='*_test.go' 'Getenv("ODOOCTL_LAB_STATE")' . | xargs -n1 dirname | sort -u; }

try() {
	ODOOCTL_LAB_STATE=/var/lib/odooctl-lab/$lab go test -tags lab -count=1 -p 1 -timeout 60m "$@"
}

boot() {
	trap 'bin/lab down --name $lab' EXIT
	bin/lab up --name $lab --subnet 198.18.3.0/24
}

main "$@"
