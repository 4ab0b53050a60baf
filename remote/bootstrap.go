package remote

import (
	_ "embed"
	"fmt"
	"strings"
	"time"

	"odooctl/remote/shell"
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
// proves that the frame is complete: half a script never runs. Where dd cannot wait for
// whole blocks, it refuses before it reads, and reads byte by byte. The payload is kept in
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
// is also recorded, by the folder that the shell is in: a script does not start once that
// is /proc.
// The watchdog is ended by a signal that the shell does not trap, which is never lost.
func bootstrap(silence int) string {
	return fmt.Sprintf("set -- %d; %s", silence, strings.Join(strings.Fields(shell.Bare(program)), " "))
}

//go:embed bootstrap.sh
var program string

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

// encoded wraps a script for /bin/sh to decode. What a login shell could interpret even in quotes (csh a "!" and the
// end of a line, fish a backslash) is a number that printf reads in %b (POSIX.1-2017, printf).
func encoded(script string) string {
	var b strings.Builder
	b.Grow(len(script) + len(script)/4)
	b.WriteString(`exec /bin/sh -c 'eval "$(printf %b "$@")"' sh '`)
	word := b.Len()
	for _, c := range []byte(script) {
		if b.Len()-word >= wordSize {
			b.WriteString("' '")
			word = b.Len()
		}
		if c < ' ' || c > '~' || strings.IndexByte(`'!\`, c) >= 0 {
			fmt.Fprintf(&b, `\0%03o`, c)
		} else {
			b.WriteByte(c)
		}
	}
	b.WriteByte('\'')
	return b.String()
}
