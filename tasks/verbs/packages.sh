# Packages of the distribution. Installing brings dependencies, so what is new is the
# difference of two lists.

package_list() {
	if command -v dpkg-query >/dev/null; then
		dpkg-query -W -f '${db:Status-Status} ${binary:Package}\n' | grep -v -e '^not-installed ' -e '^config-files ' | cut -d ' ' -f 2
	else
		rpm -qa --qf '%{NAME}.%{ARCH}\n'
	fi | LC_ALL=C sort -u
}

# apt ARGS...: waits for another installer, asks no questions, keeps edited
# configuration, and restarts nothing but what it installs.
apt() {
	bounded 900 env LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 apt-get -q -y -o DPkg::Lock::Timeout=300 \
		-o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@"
}

# install_packages NAME...: the package lists are fetched if they are a day old, or do
# not suffice.
install_packages() {
	package_list >"$dir/packages"
	if command -v apt-get >/dev/null; then
		known=$(find /var/lib/apt/lists -maxdepth 0 -mmin -1440)
		[ -n "$known" ] || apt update
		apt --no-remove install "$@" || { [ -n "$known" ] && apt update && apt --no-remove install "$@"; }
	elif command -v dnf >/dev/null; then
		bounded 900 dnf -y -q install "$@"
	else
		bounded 900 yum -y -q install "$@"
	fi || return
	package_list >"$dir/packages.after"
}

# remove_packages [NAME...]: without names, what this run has installed. dpkg and rpm
# refuse to remove what another package needs now.
remove_packages() {
	if [ $# = 0 ]; then
		[ -e "$dir/packages" ] || return 0
		[ -e "$dir/packages.after" ] || package_list >"$dir/packages.after"
		# shellcheck disable=SC2046 # a word each
		set -- $(LC_ALL=C comm -13 "$dir/packages" "$dir/packages.after")
	fi
	[ $# -gt 0 ] || return 0
	if command -v dpkg >/dev/null; then
		DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 dpkg --remove "$@" </dev/null
	else
		rpm -e "$@" </dev/null
	fi || [ -n "$gave_up" ]
}

package_versions() {
	dpkg-query -W -f '${db:Status-Status} ${binary:Package}=${Version}\n' | sed -n 's/^installed //p' | LC_ALL=C sort
}

# upgrade_packages NAME=VERSION...: with their dependencies.
upgrade_packages() {
	package_versions >"$dir/versions"
	apt --no-remove --allow-downgrades install "$@"
}

# downgrade_packages: restores the previous versions.
downgrade_packages() {
	[ -e "$dir/versions" ] || return 0
	package_versions >"$dir/versions.now"
	# shellcheck disable=SC2046 # a word each
	set -- $(LC_ALL=C comm -23 "$dir/versions" "$dir/versions.now")
	[ $# = 0 ] || apt --no-remove --allow-downgrades install "$@" || [ -n "$gave_up" ]
}
