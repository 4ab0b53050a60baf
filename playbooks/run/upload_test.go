package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"odooctl/remote"
)

// carrier notes what it is given.
type carrier struct {
	fails           error
	script          string
	stdin, uploaded int
}

func (c *carrier) Run(_ context.Context, script string, stdin []byte) (remote.Result, error) {
	c.script, c.stdin = script, len(stdin)
	return remote.Result{}, nil
}

func (c *carrier) Upload(_ context.Context, _ string, r io.Reader) error {
	if c.fails != nil {
		return c.fails
	}
	n, err := io.Copy(io.Discard, r)
	c.uploaded = int(n)
	return err
}

func (c *carrier) Close() error { return nil }

// blanks is a payload of so many bytes.
type blanks int64

func (b blanks) Size() int64 { return int64(b) }

func (b blanks) WriteTo(w io.Writer) (int64, error) {
	n, err := w.Write(make([]byte, b))
	return int64(n), err
}

func TestCarry(t *testing.T) {
	refused := errors.New("disk full")
	for _, c := range []struct {
		name            string
		size            int
		fails           error
		stdin, uploaded int
	}{
		{name: "little", size: maxCarried, stdin: maxCarried},
		{name: "much", size: maxCarried + 1, uploaded: maxCarried + 1},
		{name: "much without sftp", size: maxCarried + 1, fails: fmt.Errorf("h: %w", remote.ErrNoSFTP),
			stdin: maxCarried + 1},
		{name: "upload fails", size: maxCarried + 1, fails: refused},
	} {
		t.Run(c.name, func(t *testing.T) {
			sh := &carrier{fails: c.fails}
			_, err := send(t.Context(), sh, "run1", "script", blanks(c.size), nil)
			if sh.stdin != c.stdin || sh.uploaded != c.uploaded {
				t.Errorf("%d bytes with the script and %d by sftp, want %d and %d", sh.stdin, sh.uploaded, c.stdin, c.uploaded)
			}
			if failed := c.fails == refused; failed != errors.Is(err, refused) || failed && sh.script != "" {
				t.Errorf("got %v, and ran %q", err, sh.script)
			}
			if fromFile := strings.Contains(sh.script, "payload-run1"); fromFile != (c.uploaded > 0) {
				t.Errorf("the script is %q", sh.script)
			}
		})
	}
}
