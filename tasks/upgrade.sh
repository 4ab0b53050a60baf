# available_versions NAME...: prints NAME INSTALLED CANDIDATE HELD BACK of those that are
# installed, by apt's lists. BACK is 1 if the installed version is still available: one that
# only dpkg knows is not.
available_versions() {
	command -v apt-cache >/dev/null || return 0
	{
		apt-mark showhold | sed 's/^/held /'
		LC_ALL=C apt-cache policy -- "$@"
	} 2>/dev/null | awk '
		function tell() { if (name != "" && has != "(none)") print name, has, can, (name in held) ? 1 : 0, back }
		$1 == "held" { held[$2] = 1; next }
		/^[^ ].*:$/ { tell(); name = substr($1, 1, length($1) - 1); back = 0; now = 0; next }
		/^  Installed:/ { has = $2; next }
		/^  Candidate:/ { can = $2; next }
		/^ \*\*\* / { now = 1; next }
		/^     [^ ]/ { now = 0; next }
		now && /^        / && !/\/var\/lib\/dpkg\/status/ { back = 1 }
		END { tell() }'
}
