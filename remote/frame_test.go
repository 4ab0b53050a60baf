package remote

import (
	"bytes"
	"strings"
	"testing"
)

func TestFrame(t *testing.T) {
	for _, c := range []struct {
		name, stream          string
		output, rest, failure string
		code                  int
		unfinished            bool
	}{
		{name: "empty", stream: "N begin\nN end 0\n"},
		{name: "noise around", stream: "Welcome\r\nN begin\nabc\nN end 3\nlater", output: "abc\n", code: 3,
			rest: "later"},
		{name: "noise without newline", stream: "motdN begin\nabcN end 255\n", output: "abc", code: 255},
		{name: "begin twice", stream: "N begin\nN begin\nN end 0\n", output: "N begin\n"},
		{name: "almost an end", stream: "N begin\nN en N end 1\n", output: "N en ", code: 1},
		{name: "end before begin", stream: "N end 4\nN begin\nN end 5\n", code: 5},
		{name: "no end", stream: "N begin\nabc\n", unfinished: true},
		{name: "end without code", stream: "N begin\nabc\nN end 12", unfinished: true},
		{name: "code is no number", stream: "N begin\nN end x\n", failure: "exit code"},
		{name: "code is too large", stream: "N begin\nN end 256\n", failure: "exit code"},
		{name: "code without end", stream: "N begin\nN end 00000000", failure: "exit code"},
		{name: "too long", stream: "N begin\n" + strings.Repeat("x", 101+overhead) + "N end 0\n",
			failure: "more than 100 bytes"},
		{name: "just not too long", stream: "N begin\n" + strings.Repeat("x", 100) + "N end 0\n",
			output: strings.Repeat("x", 100)},
	} {
		for _, size := range []int{1, 2, 3, 7, 1000} {
			f := newFrame("N", &answer{limit: 100})
			rest, err := feed(f, []byte(c.stream), size)
			if c.failure != "" {
				if err == nil || !strings.Contains(err.Error(), c.failure) {
					t.Errorf("%s by %d: got error %v, want %q", c.name, size, err, c.failure)
				}
				continue
			}
			if err != nil || f.ended == c.unfinished {
				t.Errorf("%s by %d: ended is %v, error %v", c.name, size, f.ended, err)
			}
			if !c.unfinished && (string(f.output()) != c.output || string(rest) != c.rest || f.code != c.code) {
				t.Errorf("%s by %d: got %q, code %d, rest %q", c.name, size, f.output(), f.code, rest)
			}
		}
	}
}

// TestFrameFollowed: each line is told once, when it is complete, and nothing of the marks.
func TestFrameFollowed(t *testing.T) {
	const stream = "noise\nN begin\na\n\nbc\nN en\nhalfN end 3\nlater\n"
	for size := 1; size <= len(stream); size++ {
		var told []string
		f := newFrame("N", &answer{limit: 100})
		f.line = func(line string) { told = append(told, line) }
		if _, err := feed(f, []byte(stream), size); err != nil || string(f.output()) != "a\n\nbc\nN en\nhalf" {
			t.Fatalf("by %d: got %q, error %v", size, f.output(), err)
		}
		if got := strings.Join(told, "|"); got != "a||bc|N en" {
			t.Errorf("by %d: told of %q", size, got)
		}
	}
}

func TestFrameWithKey(t *testing.T) {
	const key = "0123456789abcdef0123456789abcdef"
	stream := "noise N begin\nN end 0\nN key " + key + "\nmore noise" + key + " begin\nabc\nN end 1\n" + key +
		" end 2\nrest"
	for size := 1; size <= len(stream); size++ {
		f := newOpening("N", &answer{limit: 100})
		rest, err := feed(f, []byte(stream), size)
		if err != nil || string(f.output()) != "abc\nN end 1\n" || string(rest) != "rest" || f.code != 2 {
			t.Fatalf("by %d: got %q, code %d, rest %q, error %v", size, f.output(), f.code, rest, err)
		}
	}
	for _, bad := range []string{"N key \n", "N key " + key + "0\n", "N key " + key + "000"} {
		if _, err := feed(newOpening("N", &answer{limit: 100}), []byte(bad), 1); err == nil {
			t.Errorf("%q: no error", bad)
		}
	}
}

// Of standard error the end is kept.
func TestFrameKeeps(t *testing.T) {
	for _, size := range []int{1, 5, 1000} {
		f := newFrame("N", &answer{limit: 1000})
		f.keep = 20
		_, err := feed(f, []byte("N begin\n"+strings.Repeat("x", 500)+"the end\nN end 7\n"), size)
		got := string(f.output())
		if err != nil || !f.ended || f.code != 7 || !strings.HasSuffix(got, "xthe end\n") || len(got) > 2*20+size {
			t.Errorf("by %d: got %q, code %d, %v", size, got, f.code, err)
		}
	}
}

// feed writes a stream in pieces of the given size.
func feed(f *frame, stream []byte, size int) (rest []byte, err error) {
	for len(stream) > 0 {
		n := min(size, len(stream))
		var more []byte
		if more, err = f.write(stream[:n]); err != nil {
			return rest, err
		}
		rest = append(rest, more...)
		stream = stream[n:]
	}
	return rest, nil
}

// However the stream is cut into pieces, the frame is the same, and the output is
// unchanged.
func FuzzFrame(f *testing.F) {
	const nonce = "0123456789abcdef0123456789abcdef"
	f.Add([]byte("noise"), []byte("output\n"), byte(0), byte(1))
	f.Add([]byte(nonce+" begi"), []byte(nonce+" en"), byte(255), byte(3))
	f.Add([]byte("\x00\xff\n"), []byte{}, byte(7), byte(0))
	f.Fuzz(func(t *testing.T, noise, output []byte, code, size byte) {
		if bytes.Contains(noise, []byte(nonce+" begin")) || bytes.Contains(output, []byte(nonce+" end")) {
			return // only possible with the nonce
		}
		end := map[bool]string{true: " end 0\n", false: " end 9\n"}[code == 0]
		stream := append(append(append([]byte{}, noise...), nonce+" begin\n"...), output...)
		stream = append(append(stream, nonce+end...), "rest"...)
		fr := newFrame(nonce, &answer{limit: 1 << 20})
		rest, err := feed(fr, stream, int(size)+1)
		if err != nil || !fr.ended || !bytes.Equal(fr.output(), output) || string(rest) != "rest" ||
			(fr.code == 0) != (code == 0) {
			t.Fatalf("got %q, rest %q, code %d, error %v", fr.output(), rest, fr.code, err)
		}
	})
}

// A hostile host can send anything; the parser must neither panic nor keep more
// than the limit and one piece.
func FuzzHostileFrame(f *testing.F) {
	f.Add([]byte("N begin\nabc\nN end 3\n"), byte(2))
	f.Add([]byte("N key 0123456789abcdef0123456789abcdef\n0123456789abcdef0123456789abcdef begin\n"), byte(9))
	f.Add([]byte("N begin\nN end 99999999999999999999\n"), byte(0))
	f.Fuzz(func(t *testing.T, stream []byte, size byte) {
		feed(newOpening("N", &answer{limit: 64}), stream, int(size)+1)
		fr := newFrame("N", &answer{limit: 64})
		_, err := feed(fr, stream, int(size)+1)
		if err == nil && len(fr.text) > 64+overhead+len("N end 255\n")+int(size)+1 {
			t.Fatalf("keeps %d bytes", len(fr.text))
		}
	})
}
