# make_logs FILE...: nginx -t would make the missing ones for root alone, as our shell makes its
# files. They get the rights that logrotate will give them; so do those that an earlier nginx -t
# has made. It uses folders.sh.
make_logs() {
	rights=$(sed -n 's/^[[:space:]]*create[[:space:]]\{1,\}\([0-7]\{3,4\}\)[[:space:]]\{1,\}\([^[:space:]]\{1,\}\)[[:space:]]\{1,\}\([^[:space:]]\{1,\}\).*/\1 \2:\3/p' "$root/etc/logrotate.d/nginx" 2>/dev/null | head -n 1)
	: "${rights:=0640 root:root}"
	for log; do
		at "$log" && [ -z "$foreign" ] && [ ! -L "$at" ] || continue
		[ -e "$at" ] || (umask 077 && : >"$at")
		[ "$(stat -c '%a %u' "$at")" != "600 $me" ] || { chown "${rights#* }" "$at" && chmod "${rights%% *}" "$at"; }
	done
}
