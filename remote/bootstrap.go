package remote

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"
)

// bootstrap is the program of the remote shell, as one line of POSIX sh. It is sent as
// the first line of the shell's standard input, so that the login shell has only one
// short command to parse, which fish and csh accept too.
//
// It reads frames from its standard input, one after the other (see frame.go for the
// way back):
//
//	NONCE SCRIPT-LENGTH PAYLOAD-LENGTH LF SCRIPT PAYLOAD NONCE LF
//
// An empty line in place of a frame is a heartbeat. sh itself reads only lines, which
// it does byte by byte; dd reads the rest, so nothing is read ahead. The closing nonce
// proves that the frame is complete: half a script never runs. The payload is kept in
// an unlinked file in /dev/shm (or /tmp), so that the frame is read to its end whatever
// the script does with its input.
//
// PATH holds the distribution's programs only: /usr/local may contain anything, such as
// a busybox that lacks an option.
//
// The script runs in the background while the shell goes on reading. At the end of
// input the process group gets a TERM, which a script may trap. The same happens if
// nothing arrives for the given number of seconds: the controller or the network has
// died without closing the connection, and the script's locks must be released. A
// signal between the fork of a subshell and the reset of its traps is lost, so the end
// is also recorded in an unlinked file: a script does not start once that has content.
// The watchdog is ended by a signal that the shell does not trap, which is never lost.
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

// silence is the number of seconds without a heartbeat after which the remote shell
// exits.
func (c Config) silence() int {
	return max(1, int((time.Duration(c.KeepaliveCount+1) * c.Keepalive).Seconds()))
}

// wordSize limits one word of a command: csh takes no longer ones.
const wordSize = 1000

// encoded wraps a script in base64 for /bin/sh to decode: no login shell treats any of
// those characters specially, so nothing has to be quoted.
func encoded(script string) string {
	text := base64.StdEncoding.AppendEncode(nil, []byte(script))
	var b strings.Builder
	b.Grow(len(text) + len(text)/wordSize + 80)
	b.WriteString(`exec /bin/sh -c 'eval "$(printf %s "$@" | base64 -d)"' sh`)
	for word := range slices.Chunk(text, wordSize) {
		b.WriteByte(' ')
		b.Write(word)
	}
	return b.String()
}
