package hba

import "strings"

// continuationMajor is the first version that joins a line that ends in a
// backslash with the next one (release notes 14).
const continuationMajor = 14

// maxLine is the size of the line buffer up to 13, line end and NUL included.
// The last minor releases of 11 to 13 (from August 2023 on) take 20480 bytes.
const maxLine = 8192

// lineBuffer is the size that Parse goes by. The server reads the rest of a
// longer line as the next one; Parse leaves it at the error.
func lineBuffer(major int) int {
	if major >= 11 {
		return 20480
	}
	return maxLine
}

// line is one logical line: one physical line, or several that are continued.
type line struct {
	first, last int // numbers of the physical lines, from 1
	start, end  int // offsets in the text; end is behind the line end
	text        string
	tooLong     bool
	dangling    bool // continued, but the text ends there
}

// logicalLines cuts a text as the server's tokenizer does: a line ends at LF,
// CRs before it do not count, and a NUL hides the rest of its line.
func logicalLines(text string, major int) []line {
	var lines []line
	for off, number := 0, 1; off < len(text); {
		l := line{first: number, start: off}
		var buf strings.Builder
		joined := 0
		for off < len(text) {
			end := physicalEnd(text, off)
			raw := text[off:end]
			off = end
			l.last = number
			number++
			l.tooLong = l.tooLong || major < continuationMajor && len(raw) >= lineBuffer(major)-1

			raw, _, _ = strings.Cut(raw, "\x00")
			buf.WriteString(strings.TrimRight(raw, "\r\n"))
			l.dangling = major >= continuationMajor && buf.Len() > joined && strings.HasSuffix(buf.String(), `\`)
			if !l.dangling {
				break
			}
			kept := strings.TrimSuffix(buf.String(), `\`)
			buf.Reset()
			buf.WriteString(kept)
			joined = len(kept)
		}
		l.end = off
		l.text = buf.String()
		lines = append(lines, l)
	}
	return lines
}

// physicalEnd returns the offset behind the line that begins at off.
func physicalEnd(text string, off int) int {
	if i := strings.IndexByte(text[off:], '\n'); i >= 0 {
		return off + i + 1
	}
	return len(text)
}
