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
size=65536; full=iflag=fullblock;
dd if=/dev/null $full 2>/dev/null || { size=1; full=; };
temp() { mktemp /dev/shm/odooctl.XXXXXXXXXX 2>/dev/null || mktemp /tmp/odooctl.XXXXXXXXXX; };
file=$(temp) && exec 5>"$file" && rm -f "$file";
take() {
	[ $1 -lt $size ] || dd bs=$size count=$(($1 / size)) $full 2>/dev/null || return;
	[ $(($1 % size)) = 0 ] || dd bs=$(($1 % size)) count=1 $full 2>/dev/null;
};
keep() {
	file=$(temp) && exec 3>"$file" 4<"$file" && rm -f "$file" && take $1 >&3 && exec 3>&-;
};
unwatch() { [ -z "$watch" ] || kill -USR1 $watch 2>/dev/null; watch=; };
asleep() { kill $!; exit; };
watch() {
	unwatch;
	( trap asleep USR1; while sleep $silence & wait $!; do kill -HUP $$ || exit; done ) </dev/null >/dev/null 2>&1 &
	watch=$!;
};
run() {
	trap : HUP TERM;
	echo "$nonce begin"; echo "$nonce begin" >&2;
	( [ ! -s /proc/self/fd/5 ] || exit 143; exec 5>&-; odooctl_payload=$payload; unset nonce end; eval "$script" );
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
echo 2>/dev/null >&5;
kill -TERM 0;
trap "" HUP TERM;
wait $job;
exit 0
