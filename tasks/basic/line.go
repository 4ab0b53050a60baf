package basic

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"odooctl/tasks"
)

func init() {
	tasks.Register("line", "a line in a file that others wrote; or none", func() tasks.Task { return &Line{} })
}

// Line manages one line of a file: `line: {path: /etc/environment, line: LANG=C.UTF-8,
// match: ^LANG=}`. The last line that matches is replaced; if none does, it is added at
// the end. The other lines stay as they are.
type Line struct {
	Path    string `yaml:"path"`
	Line    string `yaml:"line"`
	Match   string `yaml:"match"`  // regular expression (RE2) of the line to replace; default: the line itself
	Absent  bool   `yaml:"absent"` // no line may match, or equal the line
	Check   string `yaml:"check"`
	Reload  string `yaml:"reload"`
	Restart string `yaml:"restart"`

	match *regexp.Regexp
}

// Validate checks the arguments of the playbook.
func (l *Line) Validate() (err error) {
	if err := checkPath("line", l.Path); err != nil {
		return err
	}
	switch {
	case strings.ContainsAny(l.Line, "\r\n"):
		return errors.New("line: want one line")
	case l.Absent && (l.Line == "") == (l.Match == ""):
		return errors.New("line: absent wants one of line and match")
	case !l.Absent && l.Line == "":
		return errors.New("line: line is missing")
	}
	if l.match, err = regexp.Compile(l.Match); err != nil {
		return fmt.Errorf("line: match: %w", err)
	}
	if l.Match != "" && !l.Absent && !l.match.MatchString(l.Line) {
		return fmt.Errorf("line: %q does not match %q: it would be added again and again", l.Line, l.Match)
	}
	return l.effect().validate("line")
}

func (l *Line) effect() Effect { return Effect{l.Check, l.Reload, l.Restart} }

// Plan implements tasks.Task.
func (l *Line) Plan(h *tasks.Host) error {
	file := h.File(l.Path)
	was := file.State()
	if text, changed := l.edit(file.Text()); changed {
		file.SetText(text)
	}
	if file.State() != was {
		l.effect().ask(h, l.Path+" changed")
	}
	return nil
}

// edit returns the text with the line, or without it.
func (l *Line) edit(text string) (edited string, changed bool) {
	var lines []string
	last := -1
	for line := range strings.Lines(text) {
		bare := strings.TrimRight(line, "\r\n")
		switch is := bare == l.Line || l.Match != "" && l.match.MatchString(bare); {
		case is && l.Absent:
			changed = true
			continue
		case is:
			last = len(lines)
		}
		lines = append(lines, line)
	}
	switch {
	case l.Absent:
	case last < 0:
		if len(lines) > 0 {
			lines[len(lines)-1] = whole(lines[len(lines)-1])
		}
		lines, changed = append(lines, l.Line+"\n"), true
	case strings.TrimRight(lines[last], "\r\n") != l.Line:
		lines[last], changed = l.Line+"\n", true
	}
	return strings.Join(lines, ""), changed
}
