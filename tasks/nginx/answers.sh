# Whether nginx of this host would get an answer: waits until one of the backends, each
# HOST:PORT, has answered a request for NAME, for WITHIN seconds. Any answer but 5xx is one,
# for it comes from an Odoo that has loaded its database.
#
#	answers.sh NAME WITHIN BACKEND...
name=$1
end=$(($(date +%s) + $2))
shift 2

# status BACKEND: prints the status of its answer; nothing if there is none.
status() {
	if command -v curl >/dev/null; then
		curl -s -o /dev/null -w '%{http_code}' --noproxy '*' --max-time 10 -H "Host: $name" "http://$1/web/health"
	else
		# shellcheck disable=SC2016 # it is bash's
		timeout 10 bash -c 'exec 3<>"/dev/tcp/${2%:*}/${2##*:}" && printf "GET /web/health HTTP/1.0\r\nHost: %s\r\n\r\n" "$1" >&3 && read -r _ status _ <&3 && printf %s "$status"' bash "$name" "$1" 2>/dev/null
	fi
}

command -v curl >/dev/null || command -v bash >/dev/null || exit 0
while :; do
	for backend; do
		case $(status "$backend") in
		[1-4]??) exit 0 ;;
		esac
	done
	[ "$(date +%s)" -lt $end ] || break
	sleep 0.3
done
echo "no answer from $* to a request for $name: start Odoo there, or look at its log"
exit 1
