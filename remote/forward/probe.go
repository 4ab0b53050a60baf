package forward

import (
	"context"
	"fmt"
	"io"
	"time"
)

// probeTimeout limits how long a server may take for one byte.
const probeTimeout = 10 * time.Second

// sslRequest asks PostgreSQL whether it supports TLS. Only PostgreSQL answers with the
// one letter S or N, before any login (PostgreSQL documentation, "Message Formats").
const sslRequest = "\x00\x00\x00\x08\x04\xd2\x16\x2f"

// Probe fails unless PostgreSQL answers at target, as the host reaches it.
func Probe(ctx context.Context, c Client, target string) error {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	stream, err := c.Open(ctx, "tcp", target)
	if err != nil {
		return err
	}
	type answer struct {
		text string
		err  error
	}
	answered := make(chan answer, 1)
	go func() { // ends with the stream, or with c
		defer stream.Close()
		var a answer
		if _, a.err = io.WriteString(stream, sslRequest); a.err == nil {
			var said [64]byte
			var n int
			n, a.err = stream.Read(said[:])
			a.text = string(said[:n])
		}
		answered <- a
	}()
	select {
	case a := <-answered:
		switch {
		case a.text == "S" || a.text == "N":
			return nil
		case a.err == io.EOF:
			return fmt.Errorf("%s takes connections and closes them: is that PostgreSQL, and may one more connect?",
				target)
		case a.err != nil:
			return a.err
		}
		return fmt.Errorf("what answers at %s is not PostgreSQL: it sent %q", target, a.text)
	case <-ctx.Done():
		stream.Close()
		return fmt.Errorf("%s takes connections and does not answer within %v: is that PostgreSQL?",
			target, probeTimeout)
	}
}
