# Whether nginx of this host would get answers: waits until one of the backends, each
# HOST:PORT, has answered TIMES requests for PATH of NAME in a row, for WITHIN seconds.
# Processes that lost their connections to PostgreSQL open new ones when they are asked. An
# answer that an Odoo without a database gives is none: 5xx, and where the login page is
# asked for, 404 and the way to the list of databases.
#
#	answers.sh NAME WITHIN PATH TIMES BACKEND...
name=$1
end=$(($(date +%s) + $2))
path=$3 times=$4
shift 4

# status BACKEND: prints the status of its answer, and where it leads if curl is there.
status() {
	if command -v curl >/dev/null; then
		curl -s -o /dev/null -w '%{http_code} %{redirect_url}' --noproxy '*' --max-time 10 -H "Host: $name" "http://$1$path"
	else
		# shellcheck disable=SC2016 # it is bash's
		timeout 10 bash -c 'exec 3<>"/dev/tcp/${2%:*}/${2##*:}" && printf "GET $3 HTTP/1.0\r\nHost: %s\r\n\r\n" "$1" >&3 && read -r _ status _ <&3 && printf %s "$status"' bash "$name" "$1" "$path" 2>/dev/null
	fi
}

# steady BACKEND: it answers as often as it should.
steady() {
	left=$times
	while [ "$left" -gt 0 ]; do
		case $path,$(status "$1") in
		/web/login,404* | /web/login,3*/web/database/*) return 1 ;;
		*,[1-4]??*) left=$((left - 1)) ;;
		*) return 1 ;;
		esac
	done
}

command -v curl >/dev/null || command -v bash >/dev/null || exit 0
while :; do
	for backend; do
		! steady "$backend" || exit 0
	done
	[ "$(date +%s)" -lt $end ] || break
	sleep 0.3
done
echo "no answer from $* to a request for $name$path: start Odoo there, or look at its log"
exit 1
