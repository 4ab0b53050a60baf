package hba

import (
	"errors"
	"fmt"
	"slices"
)

// Parse reads the text of a pg_hba.conf as the server of that major version
// does (9 stands for 9.5 and 9.6). It does not fail: what the server would
// refuse is in the Error of its record.
func Parse(text string, major int) *File {
	f := &File{Major: major}
	for _, l := range logicalLines(text, major) {
		if r := parseLine(l, major); r != nil {
			f.Records = append(f.Records, r)
		}
	}
	return f
}

func parseLine(l line, major int) *Record {
	r := &Record{Line: l.first, LastLine: l.last, start: l.start, end: l.end}
	if l.tooLong {
		r.Error = "authentication file line too long"
		return r
	}
	t := tokenizer{rest: l.text}
	var fields [][]Token
	for field := t.field(); field != nil; field = t.field() {
		fields = append(fields, field)
	}
	if len(fields) == 0 {
		return nil
	}
	if t.unterminated {
		r.Warning = "a quote is never closed: the rest of the line is one word"
	}
	if err := r.parse(fields, major); err != nil {
		r.Error = err.Error()
	}
	return r
}

// parse fills the record in the server's order, so that of several faults the
// same one is reported.
func (r *Record) parse(fields [][]Token, major int) error {
	next := func() []Token {
		if len(fields) == 0 {
			return nil
		}
		field := fields[0]
		fields = fields[1:]
		return field
	}

	if overlong(fields, major) {
		return errors.New("authentication file token too long")
	}
	if kind := Kind(fields[0][0].Text); major >= 16 && len(fields) == 2 && isInclude(kind) {
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

func isInclude(k Kind) bool {
	return k == Include || k == IncludeIfExists || k == IncludeDir
}

func connectionTypes(major int) []Kind {
	if major < 12 {
		return []Kind{Local, Host, HostSSL, HostNoSSL}
	}
	return []Kind{Local, Host, HostSSL, HostNoSSL, HostGSSEnc, HostNoGSSEnc}
}

// overlong reports a token that does not fit the token buffer of versions up
// to 15: 256 bytes, and 10240 since the minor releases of August 2023, which
// 10 and older did not get.
func overlong(fields [][]Token, major int) bool {
	limit := 10240
	if major < 11 {
		limit = 256
	}
	return major < 16 && slices.ContainsFunc(fields, func(field []Token) bool {
		return slices.ContainsFunc(field, func(t Token) bool { return len(t.Text) >= limit })
	})
}
