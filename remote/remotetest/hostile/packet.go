package hostile

import (
	"io"

	"golang.org/x/crypto/ssh"
)

// packet is an unencrypted packet (RFC 4253, section 6).
func packet(payload string) string {
	padding := 8 - (len(payload)+5)%8
	if padding < 4 {
		padding += 8
	}
	return number(1+len(payload)+padding) + string(rune(padding)) + payload + string(make([]byte, padding))
}

func number(n int) string { return string([]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}) }

func text(s string) string { return number(len(s)) + s }

func disconnect(reason int, words string) string {
	return "\x01" + number(reason) + text(words) + text("")
}

// kexinit offers only these algorithms, for everything.
func kexinit(names string) string {
	m := "\x14" + string(make([]byte, 16))
	for range 10 {
		m += text(names)
	}
	return m + "\x00" + number(0)
}

// other is the version of a server whose mode brings its own host key.
const other = "SSH-2.0-other"

func fresh() ssh.Signer {
	key, err := signer()
	if err != nil {
		panic(err) // no randomness
	}
	return key
}

// forged returns signatures that are not of the given data.
type forged struct{ ssh.Signer }

func (f forged) Sign(random io.Reader, _ []byte) (*ssh.Signature, error) {
	return f.Signer.Sign(random, []byte("something else"))
}
