package conf

import (
	"regexp"
	"strings"
	"unicode"
)

var (
	sectionLine = regexp.MustCompile(`^\[(.+)\]`)
	keyLine     = regexp.MustCompile(`^(.*?)\s*[=:]\s*(.*)$`)
)

// class is what configparser takes a line for.
type class int

const (
	blank class = iota
	comment
	more // continues the value above
	header
	option
	broken
)

// line is one line of a file.
type line struct {
	class
	text    string // without surrounding blanks
	section string // that it begins or is in
	name    string // of the option, in lower case
	value   string
}

// lines reads line by line as Python 3's configparser.RawConfigParser does.
type lines struct {
	section string
	within  bool // a value may continue
	indent  int
}

// next parses the next line, given without its end.
func (s *lines) next(raw string) line {
	l := line{text: strings.TrimFunc(raw, pythonSpace), section: s.section}
	switch {
	case l.text == "":
		return l
	case l.text[0] == '#' || l.text[0] == ';':
		l.class = comment
		return l
	}
	depth := len([]rune(raw)) - len([]rune(strings.TrimLeftFunc(raw, pythonSpace)))
	if s.within && depth > s.indent {
		l.class = more
		return l
	}
	s.indent = depth
	if m := sectionLine.FindStringSubmatch(l.text); m != nil {
		s.section, s.within = m[1], false
		l.class, l.section = header, m[1]
		return l
	}
	m := keyLine.FindStringSubmatch(l.text)
	if m == nil || m[1] == "" || s.section == "" {
		s.within = false
		l.class = broken
		return l
	}
	s.within = true
	l.class, l.name, l.value = option, strings.ToLower(strings.TrimRightFunc(m[1], pythonSpace)),
		strings.TrimFunc(m[2], pythonSpace)
	return l
}

// lineEnd matches the line ends of Python's text mode.
var lineEnd = regexp.MustCompile("\r\n|\r|\n")

// pythonSpace is what str.strip removes: Go's spaces and four separators.
func pythonSpace(c rune) bool { return unicode.IsSpace(c) || c >= 0x1c && c <= 0x1f }
