package inventory

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"time"
	"unicode"
)

// commandTimeout bounds {command: ...}. It leaves a person time to type a passphrase when
// the password store asks for one.
const commandTimeout = 2 * time.Minute

// source is where a secret's value comes from. Secrets point to it, so that printing
// their fields shows an address instead of the value.
type source struct {
	name  string // "env MYPW"
	plain bool
	read  func() (string, error)
	made  func() bool // whether the value is new and kept nowhere; nil: it never is
}

// NewSecret makes a Secret of a value that the program itself knows.
func NewSecret(value string) Secret {
	return Secret{from: &source{name: "plain text", plain: true, read: func() (string, error) { return value, nil }}}
}

// lazySecret reads at the first Reveal and keeps the answer: a command asks for its
// passphrase once, not once per host. From then on the value is one of those that are
// hidden in what others print.
func (d *decoder) lazySecret(name string, read func() (string, error)) Secret {
	known := d.inv.revealed
	return Secret{from: &source{name: name, read: sync.OnceValues(func() (string, error) {
		value, err := read()
		if err == nil {
			known.Add(value)
		}
		return value, err
	})}}
}

// Source tells where the value comes from, and never the value: "env MYPW", "file db.pw",
// "command pass", "secret mycompany/db", "plain text", or "" for no secret.
func (s Secret) Source() string {
	if s.from == nil {
		return ""
	}
	return s.from.name
}

// Reveal reads the value. Final line breaks are removed. A value that is empty, or has a
// line break or a NUL inside, is an error: no configuration file that odooctl writes can
// hold it.
func (s Secret) Reveal() (string, error) {
	if s.from == nil {
		return "", errors.New("reveal secret: the inventory has none")
	}
	value, err := s.from.read()
	value = strings.TrimRight(value, "\r\n")
	switch {
	case err != nil:
	case value == "":
		err = errors.New("the value is empty")
	case strings.IndexFunc(value, unicode.IsControl) >= 0:
		err = errors.New("the value holds a line break or another control character")
	default:
		return value, nil
	}
	if s.Pos.IsZero() {
		return "", fmt.Errorf("reveal secret from %s: %w", s.from.name, err)
	}
	return "", fmt.Errorf("%s: reveal secret from %s: %w", s.Pos, s.from.name, err)
}

// same reports whether two secrets are known to be the same without reading them.
func (s Secret) same(other Secret) bool {
	switch {
	case s.from == nil || other.from == nil:
		return s.from == other.from
	case s.from.plain && other.from.plain:
		a, _ := s.from.read()
		b, _ := other.from.read()
		return a == b
	}
	return s.from.name == other.from.name
}

func run(ctx context.Context, argv []string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	cmd.WaitDelay = time.Second
	out, err := cmd.Output()
	if ctx.Err() != nil {
		return nil, fmt.Errorf("run %s: no answer in time: %w", argv[0], ctx.Err())
	}
	if err != nil {
		return nil, fmt.Errorf("run %s: %w: %q", argv[0], err, firstLine(stderr.String()))
	}
	return out, nil
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return line[:min(len(line), 200)]
}
