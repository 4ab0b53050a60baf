package hostile

import (
	"io"
	"strings"
)

// The frames of a script's two outputs; see remote/frame.go.
var frames = []Mode{
	{Name: "endless output", Kind: "shell", exec: func(s *Session) { s.begin(); flood("x", s.Channel) }},
	{Name: "endless errors", Kind: "shell", exec: func(s *Session) { s.begin(); flood("x", s.Stderr()) }},
	{Name: "endless output and errors", Kind: "shell",
		exec: func(s *Session) { s.begin(); flood("x", s.Channel, s.Stderr()) }},
	{Name: "output that drips", Kind: "timeout", exec: func(s *Session) { s.begin(); drip(s.conn, "x", s) }},
	{Name: "large output that drips", Kind: "timeout",
		exec: func(s *Session) { s.begin(); s.say(strings.Repeat("x", 1<<20), s); drip(s.conn, "x", s) }},
	{Name: "endless errors after the end of the output", Kind: "shell", exec: func(s *Session) {
		s.begin()
		s.say(key+" end 0\n", s)
		flood("x", s.Stderr())
	}},
	{Name: "endless noise", Kind: "shell", exec: func(s *Session) { flood(steers+"\n", s) }},
	{Name: "endless NULs for a frame", Kind: "shell", exec: func(s *Session) { flood("\x00", s, s.Stderr()) }},
	{Name: "noise that drips", Kind: "timeout", exec: func(s *Session) { drip(s.conn, steers, s) }},
	{Name: "silent", Kind: "timeout", exec: (*Session).hold},
	{Name: "a key that is short", Kind: "shell",
		exec: func(s *Session) { s.say(s.nonce + " key 0123\n" + "0123 begin\n0123 end 0\n"); s.hold() }},
	{Name: "a key without end", Kind: "shell", exec: func(s *Session) { s.say(s.nonce + " key "); flood("0", s) }},
	{Name: "a key with escapes", Kind: "shell",
		exec: func(s *Session) { s.say(s.nonce + " key " + steers + "\n"); s.hold() }},
	{Name: "another nonce", Kind: "timeout", exec: func(s *Session) {
		s.say(strings.Repeat("f", 32) + " key " + key + "\n" + key + " begin\nforged\n" + key + " end 0\n")
		s.hold()
	}},
	{Name: "the nonce of the frame is not the one announced", Kind: "timeout", exec: func(s *Session) {
		s.say(s.nonce + " key " + key + "\n" + s.nonce + " begin\nforged\n" + s.nonce + " end 0\n")
		s.hold()
	}},
	{Name: "end without begin", Kind: "timeout",
		exec: func(s *Session) { s.say(s.nonce + " key " + key + "\n"); s.end("0"); s.hold() }},
	{Name: "begin without end", Kind: "timeout", exec: func(s *Session) { s.begin(); s.hold() }},
	{Name: "begin, then close", Kind: "shell lost", exec: func(s *Session) { s.begin(); s.Close() }},
	{Name: "half an end, then close", Kind: "shell lost",
		exec: func(s *Session) { s.begin(); s.say(key + " en"); s.Close() }},
	{Name: "half an end, then silence", Kind: "timeout",
		exec: func(s *Session) { s.begin(); s.say(key + " end "); s.hold() }},
	{Name: "half a key, then the connection closes", Kind: "lost",
		exec: func(s *Session) { s.say(s.nonce + " key 0123"); s.conn.Close() }},
	{Name: "a code out of range", Kind: "shell", exec: func(s *Session) { s.begin(); s.end("256"); s.hold() }},
	{Name: "a code below 0", Kind: "shell", exec: func(s *Session) { s.begin(); s.end("-1"); s.hold() }},
	{Name: "a code that is none", Kind: "shell", exec: func(s *Session) { s.begin(); s.end(steers); s.hold() }},
	{Name: "a code without end", Kind: "shell",
		exec: func(s *Session) { s.begin(); s.say(key + " end "); flood("1", s) }},
	{Name: "the output alone", Kind: "timeout",
		exec: func(s *Session) { s.begin(); s.say(key+" end 0\n", s); s.hold() }},
	{Name: "the output alone, then exit", Kind: "shell", exec: func(s *Session) {
		s.begin()
		s.say(key+" end 0\n", s)
		s.exits("exit-status", []byte{0, 0, 0, 0})
	}},
	{Name: "two ends", exec: func(s *Session) { s.answer("hello\n", 0); s.end("7"); s.hold() }},
	{Name: "two codes", exec: func(s *Session) {
		s.begin()
		s.say("hello\n", s)
		s.say(key+" end 0\n", s)
		s.say(key+" end 3\n", s.Stderr())
		s.hold()
	}},
	{Name: "more output than a script may have, all at once", Kind: "shell", exec: func(s *Session) {
		s.begin()
		s.say(strings.Repeat("x", 5<<20), s)
		s.end("0")
		s.hold()
	}},
}

// A shell that has answered once.
var idle = []Mode{
	{Name: "answers once", Kind: "timeout", exec: func(s *Session) { s.answer("hello\n", 0); s.hold() }},
	{Name: "answers once, then ends", Kind: "shell lost", exec: func(s *Session) { s.answer("hello\n", 0); s.Close() }},
	{Name: "answers once, then prints without end", Kind: "lost shell",
		exec: func(s *Session) { s.answer("hello\n", 0); flood("x", s, s.Stderr()) }},
	{Name: "answers the next script before it is asked", Kind: "timeout", exec: func(s *Session) {
		s.answer("hello\n", 0)
		s.say(key + " begin\nforged\n" + key + " end 0\n")
		s.hold()
	}},
	{Name: "gives every script the first answer", Kind: "timeout", exec: func(s *Session) {
		s.answer("hello\n", 0)
		for buf := make([]byte, 4096); ; {
			if _, err := s.Read(buf); err != nil {
				return
			}
			s.say(key + " begin\nforged\n" + key + " end 0\n")
		}
	}},
}

// Becoming root with a password.
var sudo = []Mode{
	{Name: "asks for the password twice", Kind: "sudo", Asks: true,
		exec: func(s *Session) { s.prompt(); s.prompt(); s.hold() }},
	{Name: "asks for the password without end", Kind: "sudo shell lost", Asks: true,
		exec: func(s *Session) { flood(s.nonce+" password: ", s.Stderr()) }},
	{Name: "asks and closes", Kind: "sudo shell lost", Asks: true, exec: func(s *Session) { s.prompt(); s.Close() }},
	{Name: "neither asks nor is root", Kind: "timeout", Asks: true, exec: (*Session).hold},
	{Name: "endless words after the mark", Kind: "timeout shell lost sudo", Asks: true,
		exec: func(s *Session) { s.say(s.nonce+" ", s.Stderr()); flood(steers, s.Stderr()) }},
	{Name: "refuses root, with escapes", Kind: "sudo", Asks: true, exec: func(s *Session) {
		s.say("sudo: "+steers+" is not in the sudoers file\n", s.Stderr())
		s.exits("exit-status", []byte{0, 0, 0, 1})
	}},
}

func (s *Session) prompt() { s.say(s.nonce+" password: ", s.Stderr()) }

// The transfer of a file. The mark is the part of the command that the host prints.
var upload = []Mode{
	{Name: "no sftp", Kind: "transfer", Upload: true, exec: func(s *Session) { s.Close() }},
	{Name: "endless noise before sftp", Kind: "transfer", Upload: true,
		exec: func(s *Session) { flood(steers+"\n", s) }},
	{Name: "sftp that says nothing", Kind: "timeout", Upload: true,
		exec: func(s *Session) { s.say(s.mark(), s); s.hold() }},
	{Name: "sftp with garbage", Kind: "transfer", Upload: true,
		exec: func(s *Session) { s.say(s.mark(), s); flood("garbage", s) }},
	{Name: "sftp with a packet of 4 GB", Kind: "transfer", Upload: true,
		exec: func(s *Session) { s.say(s.mark()+"\xff\xff\xff\xff\x02", s); s.hold() }},
	{Name: "sftp that ends half-way", Kind: "transfer", Upload: true,
		exec: func(s *Session) { s.say(s.mark()+"\x00\x00\x00\x05\x02\x00", s); s.Close() }},
	{Name: "sftp of another version", Kind: "transfer", Upload: true,
		exec: func(s *Session) { s.say(s.mark()+"\x00\x00\x00\x05\x02\x00\x00\x00\x63", s); s.hold() }},
	{Name: "sftp with wrong answers", Kind: "transfer", Upload: true, exec: func(s *Session) {
		s.say(s.mark()+"\x00\x00\x00\x05\x02\x00\x00\x00\x03", s)
		for id := 1; ; id++ { // a handle, whatever was asked
			if _, err := io.WriteString(s, "\x00\x00\x00\x0a\x66"+number(id)+"\x00\x00\x00\x01h"); err != nil {
				return
			}
		}
	}},
}

func (s *Session) mark() string {
	_, after, _ := strings.Cut(s.text, "echo ")
	mark, _, _ := strings.Cut(after, ";")
	return mark + "\n"
}
