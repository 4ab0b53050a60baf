package hba

import (
	"bytes"
	"strings"
)

// continuationMajor is the first version that joins a line ending in a backslash with
// the next one (release notes 14).
const continuationMajor = 14

// maxLine is the size of the line buffer up to 13, line end and NUL included. The last
// minor releases of 11 to 13 (from August 2023 on) have 20480 bytes.
const maxLine = 8192

// lineBuffer is the size that Parse assumes.
func lineBuffer(major int) int {
	if major >= 11 {
		return 20480
	}
	return maxLine
}

// line is one logical line: one physical line, or several that are continued.
type line struct {
	first, last int // numbered as by the server, from 1
	start, end  int // offsets in the text; end is after the line end
	text        string
	tooLong     bool
	dangling    bool // continued, but the text ends
}

// logicalLines splits a text as the server's tokenizer does: a line ends at LF, and CRs
// before it do not count. Up to 13 the rest of a line that exceeds the buffer is read
// as the next one.
func logicalLines(text string, major int) []line {
	var lines []line
	for off, number := 0, 1; off < len(text); {
		var l line
		if major < continuationMajor {
			l = bufferedLine(text, off, lineBuffer(major)-1)
		} else {
			l = joinedLine(text, off)
		}
		l.first += number
		l.last += number
		number = l.last + 1
		off = l.end
		lines = append(lines, l)
	}
	return lines
}

// bufferedLine takes at most size bytes. A NUL hides the rest of the line.
func bufferedLine(text string, start, size int) line {
	end := physicalEnd(text, start)
	cut := end-start > size
	end = min(end, start+size)
	raw, _, _ := strings.Cut(text[start:end], "\x00")
	return line{start: start, end: end, text: strings.TrimRight(raw, "\r\n"), tooLong: cut || len(raw) == size}
}

// joinedLine follows backslashes. A NUL hides the rest of its line and the line end
// too, so that the next line is read as part of this one and not counted.
func joinedLine(text string, start int) line {
	l := line{start: start, end: start}
	var buf []byte
	joined := 0
	for l.end < len(text) {
		end := physicalEnd(text, l.end)
		raw, _, hidden := strings.Cut(text[l.end:end], "\x00")
		l.end = end
		buf = append(buf, raw...)
		l.dangling = false
		if hidden {
			continue
		}
		buf = bytes.TrimRight(buf, "\r\n")
		if l.dangling = len(buf) > joined && buf[len(buf)-1] == '\\'; !l.dangling {
			break
		}
		buf = buf[:len(buf)-1]
		joined = len(buf)
		l.last++
	}
	if l.dangling {
		l.last--
	}
	l.text = string(bytes.TrimRight(buf, "\r\n"))
	return l
}

// physicalEnd returns the offset after the line that begins at off.
func physicalEnd(text string, off int) int {
	if i := strings.IndexByte(text[off:], '\n'); i >= 0 {
		return off + i + 1
	}
	return len(text)
}
