package hba

import (
	"errors"
	"fmt"
	"io/fs"
)

// scanner splits files into lines of fields, before any of them is interpreted.
type scanner struct {
	files fs.FS // nil: files are not followed
	major int
	count *int // number of files read
}

// scanned is one line with its fields, or the fault for which there are none.
type scanned struct {
	line
	file         string
	fields       [][]Token
	unterminated bool
	fault        string
}

// scan returns the lines of a text that are neither blank nor a comment. An include
// record is replaced by the lines that it names.
func (s scanner) scan(file, text string, depth int) (all []scanned) {
	for _, l := range logicalLines(text, s.major) {
		read := s.fields(scanned{line: l, file: file}, depth)
		if read.fields == nil && read.fault == "" {
			continue
		}
		if s.files != nil && s.major >= 16 && read.fault == "" && len(read.fields) == 2 {
			if kind := Kind(read.fields[0][0].Text); kind.include() {
				included, fault := s.include(kind, file, read.fields[1][0].Text, depth+1)
				all = append(all, included...)
				if fault == "" {
					continue
				}
				read.fault = fault
			}
		}
		all = append(all, read)
	}
	return all
}

// fields splits one line. A field whose @files are empty is none.
func (s scanner) fields(l scanned, depth int) scanned {
	if l.tooLong {
		l.fault = "authentication file line too long"
		return l
	}
	t := tokenizer{rest: l.text, limit: tokenBuffer(s.major)}
	for t.rest != "" && l.fault == "" {
		var field []Token
		if field, l.fault = s.field(&t, l.file, depth); field != nil {
			l.fields = append(l.fields, field)
		}
	}
	l.unterminated = t.unterminated
	return l
}

// field returns the next comma list. A list continues only if its word ended at a
// comma: in "a ,b" there are two fields.
func (s scanner) field(t *tokenizer, file string, depth int) (tokens []Token, fault string) {
	for {
		token, comma, ok := t.token()
		if t.overlong {
			return tokens, "authentication file token too long"
		}
		if !ok {
			return tokens, ""
		}
		if s.files != nil && token.file() {
			var list []Token
			list, fault = s.list(file, token.Text[1:], depth+1)
			tokens = append(tokens, list...)
		} else {
			tokens = append(tokens, token)
		}
		if !comma || fault != "" {
			return tokens, fault
		}
	}
}

// list returns all words of a file that was named with @, whatever their lines.
func (s scanner) list(outer, name string, depth int) (tokens []Token, fault string) {
	path := beside(outer, name)
	text, err := s.read(path, depth)
	switch {
	case errors.Is(err, errDirectory):
		return nil, fmt.Sprintf(`could not read file "%s": %s`, path, err)
	case err != nil && s.major < 16:
		return nil, fmt.Sprintf(`could not open secondary authentication file "@%s" as "%s": %s`,
			name, path, reason(err))
	case err != nil:
		return nil, fmt.Sprintf(`could not open file "%s": %s`, path, reason(err))
	}
	for _, l := range s.scan(path, text, depth) {
		if l.fault != "" {
			return tokens, l.fault
		}
		for _, field := range l.fields {
			tokens = append(tokens, field...)
		}
	}
	return tokens, ""
}
