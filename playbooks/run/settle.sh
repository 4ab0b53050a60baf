# Waits until the connections of requests are over, SECONDS at most. Those to ports of live
# chat stay open, and browsers open them again: CHAT seconds have to do for them. Prints how
# many are left, and exits with 1 if there are any.
#
#	settle.sh SECONDS CHAT PORTS CHAT_PORTS
command -v ss >/dev/null || exit 0
began=$(date +%s)

# open PORTS: prints how many connections to them there are.
open() {
	filter=
	for port in $1; do filter="$filter${filter:+ or }sport = :$port"; done
	[ -z "$filter" ] && echo 0 || ss -Htn state established "( $filter )" | wc -l
}

while :; do
	requests=$(open "$3") chats=$(open "$4") waited=$(($(date +%s) - began))
	[ "$requests" -gt 0 ] || { [ "$chats" -gt 0 ] && [ $waited -lt "$2" ]; } || break
	[ $waited -lt "$1" ] || break
	sleep 0.2
done
[ "$requests" -gt 0 ] || exit 0
echo "$requests connections"
exit 1
