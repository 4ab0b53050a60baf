# installed_packages NAME...: prints STATE NAME VERSION of each.
installed_packages() {
	if command -v dpkg-query >/dev/null; then
		dpkg-query -W -f '${db:Status-Status} ${Package} ${Version}\n' -- "$@" 2>/dev/null
	else
		rpm -q --qf 'installed %{NAME} %{VERSION}-%{RELEASE}\n' -- "$@" 2>/dev/null
	fi
}
