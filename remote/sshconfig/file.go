package sshconfig

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// Machine is the operator's machine, as far as the files refer to it.
type Machine struct {
	Home string                   // home folder
	User string                   // user name
	Env  func(name string) string // environment, for ${NAME}; nil: empty
	// Hostname and UID are for the tokens %l, %L and %i.
	Hostname string
	UID      int
	// Run runs a command of Match exec by a shell and reports whether it succeeded; nil:
	// such lines do not match, with a warning.
	Run func(ctx context.Context, command string) bool
}

// Config is what ssh_config files say, in order.
type Config struct {
	machine Machine
	lines   []line
}

// line is a keyword with its arguments. An Include holds the lines of its files.
type line struct {
	file     string
	number   int
	keyword  string // in lower case
	name     string // as written
	args     []string
	criteria []criterion // of Match
	include  []line
}

func (l line) pos() string { return fmt.Sprintf("%s:%d", l.file, l.number) }

// maxDepth limits nested includes, as in OpenSSH.
const maxDepth = 16

// Load reads the files, and those that they include. A missing file is an error; a
// missing include is not.
func Load(m Machine, files ...string) (*Config, error) {
	if m.Env == nil {
		m.Env = func(string) string { return "" }
	}
	c := &Config{machine: m}
	for _, file := range files {
		lines, err := m.read(file, 0)
		if err != nil {
			return nil, err
		}
		// A Host block ends with its file.
		c.lines = append(c.lines, line{file: file, keyword: "include", include: lines})
	}
	return c, nil
}

func (m Machine) read(file string, depth int) ([]line, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("%s: files include each other more than %d deep", file, maxDepth)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read ssh_config: %w", err)
	}
	lines, err := m.parse(file, string(text))
	if err != nil {
		return nil, err
	}
	for i, l := range lines {
		if l.keyword != "include" {
			continue
		}
		for _, pattern := range l.args {
			included, err := m.included(pattern, file, depth)
			if err != nil {
				return nil, err
			}
			lines[i].include = append(lines[i].include, included...)
		}
	}
	return lines, nil
}

// included returns the lines of all files that match a pattern of Include. A relative
// pattern starts at ~/.ssh, or at /etc/ssh in a file of that folder.
func (m Machine) included(pattern, from string, depth int) (lines []line, err error) {
	pattern = m.home(pattern)
	if !filepath.IsAbs(pattern) {
		dir := filepath.Join(m.Home, ".ssh")
		if strings.HasPrefix(from, "/etc/ssh/") {
			dir = "/etc/ssh"
		}
		pattern = filepath.Join(dir, pattern)
	}
	// glob(3) negates a set by !, leaves hidden files out, and has no bad patterns.
	files, _ := filepath.Glob(strings.ReplaceAll(pattern, "[!", "[^"))
	hidden := strings.HasPrefix(filepath.Base(pattern), ".")
	for _, file := range files {
		if !hidden && strings.HasPrefix(filepath.Base(file), ".") {
			continue
		}
		read, err := m.read(file, depth+1)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.EISDIR) {
			continue // a link that leads nowhere, or a folder, has no lines
		}
		if err != nil {
			return nil, err
		}
		lines = append(lines, line{file: file, keyword: "include", include: read})
	}
	return lines, nil
}

// parse splits a file into lines: keyword, blanks or one =, arguments.
func (m Machine) parse(file, text string) (lines []line, err error) {
	number := 0
	var ignored string
	var errs []error
	for row := range strings.Lines(text) {
		number++
		row = strings.Trim(row, " \t\r\n\f")
		if row == "" || row[0] == '#' {
			continue
		}
		end := strings.IndexAny(row, " \t=")
		if end < 0 {
			end = len(row)
		}
		l := line{file: file, number: number, keyword: strings.ToLower(row[:end]), name: row[:end]}
		rest := strings.TrimLeft(row[end:], " \t")
		rest = strings.TrimPrefix(rest, "=")
		switch l.args, err = words(rest); {
		case err != nil:
			err = fmt.Errorf("%s: %s: %w", l.pos(), l.name, err)
		case patternList(ignored, l.keyword, true):
			continue
		case !keywords[l.keyword]:
			err = fmt.Errorf("%s: the keyword %s is unknown; if another ssh knows it, put IgnoreUnknown %s before", l.pos(),
				l.name, l.name)
		default:
			err = l.check()
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		switch {
		case l.keyword == "ignoreunknown" && ignored == "":
			ignored = l.args[0]
		case raw[l.keyword]:
			l.args = []string{strings.TrimLeft(rest, " \t=")}
		case l.keyword == "match":
			if l.criteria, err = criteria(l.args); err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", l.pos(), err))
			}
		}
		lines = append(lines, l)
	}
	return lines, errors.Join(errs...)
}

// words splits at unquoted blanks. A # begins a comment.
func words(s string) (list []string, err error) {
	var word strings.Builder
	begun, quote := false, byte(0)
	for i := 0; i < len(s); i++ {
		switch b := s[i]; {
		case b == '\\' && i+1 < len(s) && strings.IndexByte(`"'\`, s[i+1]) >= 0:
			i++
			word.WriteByte(s[i])
			begun = true
		case quote != 0 && b == quote:
			quote = 0
		case quote == 0 && (b == '"' || b == '\''):
			quote, begun = b, true
		case quote == 0 && (b == ' ' || b == '\t'):
			if begun {
				list = append(list, word.String())
			}
			word.Reset()
			begun = false
		case quote == 0 && b == '#' && !begun:
			return list, nil
		default:
			word.WriteByte(b)
			begun = true
		}
	}
	if quote != 0 {
		return nil, fmt.Errorf("a quote is not closed")
	}
	if begun {
		list = append(list, word.String())
	}
	return list, nil
}
