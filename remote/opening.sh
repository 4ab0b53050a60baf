# opening NONCE LENGTH BOOTSTRAP SCRIPT SHELL: run by the login user. It writes the bootstrap
# and the first frame to the SHELL, and then its standard input. NONCE is no secret, so the
# host draws a new one for the frame and announces it before any script runs. Until a second
# frame begins there are heartbeats only, empty lines, for which no program is started.
opening() {
	nonce=$1 length=$2 bootstrap=$3 script=$4 become=$5
	trap : HUP TERM
	IFS=- read -r a b c d e </proc/sys/kernel/random/uuid
	key=$a$b$c$d$e
	echo "$nonce key $key"; echo "$nonce key $key" >&2
	{
		printf '%s\n%s %s 0\n%s%s\n' "$bootstrap" "$key" "$length" "$script" "$key"
		while IFS= read -r line; do
			printf '%s\n' "$line"
			[ -z "$line" ] || exec cat
		done
	} | {
		trap : HUP TERM
		eval "$become"
		code=$?
		kill -TERM 0
		exit $code
	}
}
