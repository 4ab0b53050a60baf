# Shared by demo.sh and test.sh: steps that report what they do and how long it took,
# and the installation of what is missing.

# step TITLE COMMAND...: runs it, and shows its time. To write step ... || would hide a
# failure, and set -e would not hold in the command: see later.
step() {
	local began=$EPOCHREALTIME
	printf '\n== %s\n' "$1"
	"${@:2}"
	printf '   %s\n' "$(since "$began")"
}

# later COMMAND...: if it fails, failed=1, and what follows is done first.
later() { "$@" || failed=1; }

# since TIME: the seconds since then, in EPOCHREALTIME's format.
since() { awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f s", b - a }'; }

stop() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# ready: checks for root, and a Go that can build this module.
ready() {
	[ "$(id -u)" = 0 ] || stop "this boots hosts on this machine, which takes root: run it as root (sudo -E env PATH=\"\$PATH\" make ...)"
	command -v go >/dev/null || stop "go is not in PATH: install Go 1.26 or newer (https://go.dev/dl) and add its bin to PATH"
}

# provide COMMAND=PACKAGE...: installs the packages of missing commands. Servers among
# them are not started: the tests need only the programs.
provide() {
	local pair missing=()
	for pair; do
		command -v "${pair%=*}" >/dev/null || missing+=("${pair#*=}")
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	command -v apt-get >/dev/null || stop "missing: ${missing[*]}; this machine has no apt-get to install them with"
	echo "installing ${missing[*]} with apt-get; services are not started"
	local policy=/usr/sbin/policy-rc.d ours=
	if [ ! -e $policy ]; then
		ours=$policy
		printf '#!/bin/sh\nexit 101\n' >$policy
		chmod 755 $policy
	fi
	local failed=
	{ apt-get update -qq &&
		DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}" </dev/null; } || failed=1
	[ -z "$ours" ] || rm -f "$ours"
	[ -z "$failed" ] || stop "apt-get could not install ${missing[*]}"
	for pair; do
		command -v "${pair%=*}" >/dev/null || stop "${pair#*=} is installed, and ${pair%=*} is not in PATH"
	done
}
