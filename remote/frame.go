package remote

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"odooctl/remote/plain"
)

// frame collects what one script prints on one of its two outputs:
//
//	NONCE " begin" LF OUTPUT NONCE " end " CODE LF
//
// Whatever comes before it is noise. The output may hold any byte; only a script that
// knows the nonce could forge the end, and the nonce is random and known only to the
// shell.
//
// The first frame of Start is preceded by a line with the nonce that counts, because
// its own is no secret:
//
//	NONCE " key " NEW-NONCE LF
type frame struct {
	key        []byte // announces the nonce that counts; nil if it is known
	begin, end []byte
	answer     *answer      // shared with the frame of the other output
	keep       int          // keep only this many bytes of the end; 0: all
	line       func(string) // told each line of the output; nil: not told

	begun, ended bool
	code         int
	text         []byte // before begin: what may be its start; then the output
	searched     int    // the end mark does not start before this offset of text
	followed     int    // lines before this offset of text were told
	noise        tail
}

func newFrame(nonce string, a *answer) *frame {
	f := &frame{answer: a}
	f.marks(nonce)
	return f
}

// newOpening is a frame whose nonce is announced by the host.
func newOpening(nonce string, a *answer) *frame {
	return &frame{key: []byte(nonce + " key "), answer: a}
}

func (f *frame) marks(nonce string) {
	f.begin, f.end = []byte(nonce+" begin\n"), []byte(nonce+" end ")
}

// write takes the next piece of the stream. It returns what follows the end of the
// frame, and an error for output beyond the limit or a malformed end.
func (f *frame) write(p []byte) (rest []byte, err error) {
	if f.ended {
		return p, nil
	}
	if err := f.answer.count(len(p)); err != nil {
		return nil, err
	}
	f.text = append(f.text, p...)
	if f.key != nil {
		if found, err := f.findKey(); !found {
			return nil, err
		}
	}
	if !f.begun && !f.find(f.begin) {
		return nil, nil
	}
	f.begun = true
	f.follow()
	at := bytes.Index(f.text[f.searched:], f.end)
	if at < 0 {
		f.searched = max(0, len(f.text)-len(f.end)+1)
		f.trim()
		return nil, nil
	}
	at += f.searched
	f.searched = at
	code, rest, whole := bytes.Cut(f.text[at+len(f.end):], []byte("\n"))
	if !whole && len(code) <= len("255") {
		return nil, nil
	}
	if f.code, err = strconv.Atoi(string(code)); !whole || err != nil || f.code < 0 || f.code > 255 {
		return nil, fmt.Errorf("read the exit code: got %.20q", code)
	}
	f.ended, f.text = true, f.text[:at:at]
	return rest, nil
}

// follow tells of the lines that are complete. The line with the end mark is none of them: it is
// the answer's last, and has the exit code.
func (f *frame) follow() {
	for f.line != nil {
		from := max(f.followed, f.searched) // no line ends between the two
		at := bytes.IndexByte(f.text[from:], '\n')
		if at < 0 {
			return
		}
		text := f.text[f.followed : from+at]
		if bytes.Contains(text, f.end) {
			return
		}
		f.followed = from + at + 1
		f.line(string(text))
	}
}

// trim drops the start of a text of which only the end is kept.
func (f *frame) trim() {
	if drop := len(f.text) - f.keep; f.keep > 0 && drop > f.keep {
		f.text = append(f.text[:0], f.text[drop:]...)
		f.searched = max(0, f.searched-drop)
	}
}

// long reports whether n more bytes make it a large answer, which needs a place in
// Room.
func (f *frame) long(n int) bool {
	return f.begun && !f.ended && f.keep == 0 && len(f.text)+n > smallAnswer && cap(f.text) < f.answer.limit
}

// find drops everything up to the end of mark, or up to what may be its start.
func (f *frame) find(mark []byte) bool {
	before, after, found := bytes.Cut(f.text, mark)
	if !found {
		keep := max(0, len(f.text)-len(mark)+1)
		f.noise.write(f.text[:keep])
		f.text = append(f.text[:0], f.text[keep:]...)
		return false
	}
	f.noise.write(before)
	f.text = after
	return true
}

// keySize is the length of a nonce, in hexadecimal digits.
const keySize = 32

// findKey reads the announced nonce. It starts over with every piece until the line is
// complete.
func (f *frame) findKey() (found bool, err error) {
	before, after, found := bytes.Cut(f.text, f.key)
	if !found {
		return f.find(f.key), nil
	}
	key, rest, whole := bytes.Cut(after, []byte("\n"))
	if !whole && len(key) <= keySize {
		return false, nil
	}
	if len(key) != keySize {
		return false, fmt.Errorf("read the key of the first script: got %.40q", key)
	}
	f.noise.write(before)
	f.key, f.text = nil, rest
	f.marks(string(key))
	return true, nil
}

// output is what the script has printed so far.
func (f *frame) output() []byte {
	if !f.begun {
		return nil
	}
	return f.text
}

// unread is what may be the start of the begin mark.
func (f *frame) unread() []byte {
	if f.begun {
		return nil
	}
	return f.text
}

// tail keeps the last bytes of what is written to it.
type tail []byte

const tailSize = 4096

func (t *tail) write(p []byte) {
	*t = append(*t, p...)
	if excess := len(*t) - tailSize; excess > 0 {
		*t = append((*t)[:0], (*t)[excess:]...)
	}
}

// lines is the text in one line, with unprintable characters escaped.
func (t tail) lines() string {
	var lines []string
	for line := range strings.Lines(string(t)) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, plain.Text(line))
		}
	}
	return strings.Join(lines[max(0, len(lines)-4):], " | ")
}
