# is_installed DEB: what it has is installed, in its version.
is_installed() {
	[ -f "$1" ] && have=$(dpkg-deb --show --showformat='${Package}:${Architecture} ${Version}' "$1") || return
	name=${have%% *}
	[ "$(dpkg-query --show --showformat='${Status} ${Version}' "${name%:all}" 2>/dev/null)" = "install ok installed ${have#* }" ]
}

# install_file DEB: with what it depends on.
install_file() {
	DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-remove --allow-downgrades -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confold install "$1" && is_installed "$1"
}
