package hba

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
)

// Parse parses the text of a pg_hba.conf as the server of that major version does (9
// means 9.5 and 9.6). It does not fail: what the server would refuse is in the Error of
// its record. Files that the text names are not followed.
func Parse(text string, major int) *File {
	return parseLines(scanner{major: major}.scan("", text, 0), major)
}

// Load reads a pg_hba.conf with all that it names: @file lists, and from 16 on include
// records, which are replaced by the records of the included files. Paths are absolute,
// and passed to files without the leading slash; a name in the text is relative to the
// file that has it. The error is that of reading the first file.
func Load(files fs.FS, file string, major int) (*File, error) {
	text, err := fs.ReadFile(files, rooted(file))
	if err != nil {
		return nil, err
	}
	return parseLines(scanner{files, major, new(int)}.scan(file, string(text), 0), major), nil
}

func parseLines(lines []scanned, major int) *File {
	f := &File{Major: major}
	for _, l := range lines {
		r := &Record{File: l.file, Line: l.first, LastLine: l.last, Error: l.fault, start: l.start, end: l.end}
		if l.unterminated {
			r.Warning = "a quote is never closed: the rest of the line is one word"
		}
		if r.Error == "" {
			if err := r.parse(l.fields, major); err != nil {
				r.Error = err.Error()
				r.silent = errors.As(err, new(silentError))
			}
		}
		f.Records = append(f.Records, r)
	}
	return f
}

// silentError is a fault that the server logs and omits from its view.
type silentError string

func (e silentError) Error() string { return string(e) }

// parse fills the record in the server's order, so that of several faults the same one
// is reported.
func (r *Record) parse(fields [][]Token, major int) error {
	next := func() []Token {
		if len(fields) == 0 {
			return nil
		}
		field := fields[0]
		fields = fields[1:]
		return field
	}

	if kind := Kind(fields[0][0].Text); major >= 16 && len(fields) == 2 && kind.include() {
		r.Kind, r.Path = kind, fields[1][0].Text
		return nil
	}

	field := next()
	if len(field) > 1 {
		return errors.New("multiple values specified for connection type")
	}
	kind := Kind(field[0].Text)
	if !slices.Contains(connectionTypes(major), kind) {
		return fmt.Errorf(`invalid connection type "%s"`, kind)
	}
	r.Kind = kind

	if r.Databases = next(); r.Databases == nil {
		return errors.New("end-of-line before database specification")
	}
	if err := checkRegexes(r.Databases, major); err != nil {
		return err
	}
	if r.Users = next(); r.Users == nil {
		return errors.New("end-of-line before role specification")
	}
	if err := checkRegexes(r.Users, major); err != nil {
		return err
	}

	if kind.network() {
		field := next()
		if field == nil {
			return errors.New("end-of-line before IP address specification")
		}
		if len(field) > 1 {
			return errors.New("multiple values specified for host address")
		}
		if err := r.parseAddress(field[0], next); err != nil {
			return err
		}
	}

	field = next()
	if field == nil {
		return errors.New("end-of-line before authentication method")
	}
	if len(field) > 1 {
		return errors.New("multiple values specified for authentication type")
	}
	if err := r.parseMethod(field[0].Text, major); err != nil {
		return err
	}
	for field := next(); field != nil; field = next() {
		for _, token := range field {
			if err := r.parseOption(token.Text, major); err != nil {
				return err
			}
		}
	}
	return r.checkOptions(major)
}

func connectionTypes(major int) []Kind {
	if major < 12 {
		return []Kind{Local, Host, HostSSL, HostNoSSL}
	}
	return []Kind{Local, Host, HostSSL, HostNoSSL, HostGSSEnc, HostNoGSSEnc}
}
