package remote

import (
	"fmt"
	"strings"
	"time"
)

// bootstrap is the program of the remote shell, as one line of POSIX sh. It is
// sent as the first line of the shell's standard input: what the login shell
// has to quote is then one short command, which fish and csh take too.
//
// It reads frames from its standard input, one after the other (see frame.go
// for the way back):
//
//	NONCE SCRIPT-LENGTH PAYLOAD-LENGTH LF SCRIPT PAYLOAD NONCE LF
//
// An empty line in place of a frame is a sign of life. sh itself reads only
// lines, which it does byte by byte; dd reads the rest, so nothing is read
// ahead. The closing nonce proves that the frame came whole: half a script is
// never run. The payload waits in an unlinked file of /dev/shm (or /tmp), so
// that the stream is read to the end of the frame whatever the script does with
// its input.
//
// The programs are those of the distribution: what stands in /usr/local may be
// anything, such as busybox with an option less.
//
// The script runs in the background while the shell goes on reading. When the
// input ends, the process group gets a TERM, which a script may trap. When
// nothing comes for the given number of seconds, the same happens: the
// controller or the network is gone without a word, and the locks that the
// script holds must not stay. A signal that comes between the fork of a subshell
// and the reset of its traps is lost, so an unlinked file tells it too: a script
// does not start once something is in it. The watch over the silence is ended by
// a signal that the shell does not trap, which is never lost.
func bootstrap(silence int) string {
	return fmt.Sprintf(strings.Join(strings.Fields(program), " "), silence)
}

const program = `
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
	[ $(($1 %% size)) = 0 ] || dd bs=$(($1 %% size)) count=1 $full 2>/dev/null;
};
keep() {
	file=$(temp) && exec 3>"$file" 4<"$file" && rm -f "$file" && take $1 >&3 && exec 3>&-;
};
unwatch() { [ -z "$watch" ] || kill -USR1 $watch 2>/dev/null; watch=; };
asleep() { kill $!; exit; };
watch() {
	unwatch;
	( trap asleep USR1; sleep %d & wait $! && kill -HUP $$ ) </dev/null >/dev/null 2>&1 &
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
exit 0`

// command is what sshd hands to the login shell.
func (c Config) command() string {
	if c.asRoot() {
		return encoded(c.shell())
	}
	return "exec " + c.shell()
}

// shell is POSIX sh that reads the bootstrap from its standard input and runs it.
func (c Config) shell() string {
	if c.asRoot() {
		return privilege{}.command()
	}
	return privilege{}.bare()
}

// silence is after how many seconds without a sign of life the remote shell
// gives up.
func (c Config) silence() int {
	return max(1, int((time.Duration(c.KeepaliveCount+1) * c.Keepalive).Seconds()))
}
