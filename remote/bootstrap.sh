# The remote shell; bootstrap.go says how it works. It is sent as one line, so each statement
# ends with a semicolon. "$1": after how many seconds without a heartbeat it exits.
silence=$1;
umask 077;
cd /;
PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin;
LC_ALL=C;
export PATH LC_ALL;
unset LANGUAGE ENV BASH_ENV CDPATH;
trap : HUP TERM;
block=65536;
take() { copy $block $(($1 / block)) && copy $(($1 % block)) 1; };
copy() {
	[ $(($1 * $2)) = 0 ] || dd bs=$1 count=$2 iflag=fullblock 2>/dev/null ||
		{ ! dd if=/dev/null iflag=fullblock 2>/dev/null && dd bs=1 count=$(($1 * $2)) 2>/dev/null; };
};
temp() {
	read -r name </proc/sys/kernel/random/uuid;
	set -C;
	for file in /dev/shm/odooctl.$name /tmp/odooctl.$name; do
		{ true >"$file"; } 2>/dev/null && break;
	done;
	set +C;
};
keep() {
	temp && exec 3>"$file" 4<"$file" && rm -f "$file" && take $1 >&3 && exec 3>&-;
};
unwatch() { [ -z "$watch" ] || kill -USR1 $watch 2>/dev/null; watch=; };
asleep() { kill $!; exit; };
watch() {
	unwatch;
	( trap asleep USR1; while sleep $silence & wait $!; do kill -HUP $$ || exit; done ) </dev/null >/dev/null 2>&1 &
	watch=$!;
};
# shellcheck disable=SC3013 # dash, bash and busybox have it
run() {
	trap : HUP TERM;
	echo "$nonce begin"; echo "$nonce begin" >&2;
	( [ ! /proc/$$/cwd -ef /proc ] || exit 143; odooctl_payload=$payload; unset nonce end; eval "$script" );
	code=$?;
	echo "$nonce end $code"; echo "$nonce end $code" >&2;
};
watch= job=;
while read -r nonce length payload; do
	[ "$nonce" ] || { watch; continue; };
	unwatch;
	script=$(take $length);
	exec 4</dev/null;
	[ $payload = 0 ] || keep $payload || { echo "odooctl: no room for $payload bytes" >&2; exit 74; };
	read -r end; [ "$end" = "$nonce" ] || break;
	[ -z "$job" ] || wait $job;
	run <&4 & job=$!;
	exec 4<&-;
	watch;
done;
cd /proc || :;
kill -TERM 0;
trap "" HUP TERM;
wait $job;
exit 0
