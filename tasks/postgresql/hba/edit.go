package hba

import (
	"fmt"
	"slices"
	"strings"
)

// IncludedFile is the name of the file that has the rules from PostgreSQL 16 on. It is
// beside pg_hba.conf, which relative names start from.
const IncludedFile = "odooctl_hba.conf"

const (
	begin       = "# BEGIN odooctl managed"
	end         = "# END odooctl managed"
	beginLine   = begin + " rules: edits between the two marks are put back"
	includeLine = string(IncludeIfExists) + " " + IncludedFile + " # odooctl managed"
	header      = "# Written by odooctl; edits are put back. pg_hba.conf includes this file."
)

// Edit returns the text of pg_hba.conf with exactly these rules of odooctl in it. From
// 16 on included is the text of [IncludedFile]; before, and without rules, it is empty.
//
// The rules come before the first host or include record and never before "local all
// postgres". Rules of type local come before the local records that would otherwise
// decide first. All bytes that are not odooctl's stay as they are, invalid lines too;
// without rules the text is the one before the first Edit.
//
// Errors: a *LineError if the marks in the text are not a pair, a *RuleError for a rule
// that PostgreSQL would refuse or interpret differently.
func Edit(main string, major int, rules []Rule) (edited, included string, err error) {
	foreign, err := withoutManaged(main, major)
	if err != nil {
		return "", "", err
	}
	rendered, err := rows(rules, major)
	if err != nil {
		return "", "", err
	}
	if len(rendered) == 0 {
		return foreign, "", nil
	}
	if nul := strings.IndexByte(foreign, 0); nul >= 0 {
		return "", "", &LineError{1 + strings.Count(foreign[:nul], "\n"), "a NUL byte: this is not a pg_hba.conf"}
	}

	managed := slices.Concat([]string{beginLine}, rendered, []string{end})
	if major >= 16 {
		managed = []string{includeLine}
		included = strings.Join(append([]string{header}, rendered...), "\n") + "\n"
	}
	edited, err = insert(foreign, major, managed, hasLocal(rules))
	if err != nil {
		return "", "", err
	}
	return edited, included, nil
}

// Managed reports whether a pg_hba.conf has rules of odooctl.
func Managed(text string) bool {
	return strings.Contains(text, begin) || strings.Contains(text, includeLine)
}

func hasLocal(rules []Rule) bool {
	return slices.ContainsFunc(rules, func(r Rule) bool { return r.Type == string(Local) })
}

// insert puts the lines in place, with the line ends of the text. If the text's last
// line is unterminated, so are they, which tells withoutManaged to remove the line end
// before them.
func insert(text string, major int, lines []string, local bool) (string, error) {
	at, err := position(text, major, local)
	if err != nil {
		return "", err
	}
	eol := lineEnd(text)
	block := strings.Join(lines, eol)
	if at > 0 && text[at-1] != '\n' {
		return text[:at] + eol + block, nil
	}
	return text[:at] + block + eol + text[at:], nil
}

// position returns the offset of the line before which the rules belong.
func position(text string, major int, local bool) (int, error) {
	records := Parse(text, major).Records
	at := len(text)
	for _, r := range records {
		before := r.Kind.network() || r.Kind.include() || local && r.Kind == Local && !admin(r)
		if before && (r.start == 0 || text[r.start-1] == '\n') {
			at = r.start
			break
		}
	}
	for _, r := range records {
		if admin(r) {
			at = max(at, physicalEnd(text, r.end-1))
		}
	}
	if lines := logicalLines(text, major); at == len(text) && len(lines) > 0 && lines[len(lines)-1].dangling {
		last := lines[len(lines)-1].last
		return 0, &LineError{last,
			"the last line of the file ends in a backslash and would swallow the rules behind it: remove the backslash"}
	}
	return at, nil
}

// admin reports whether this is the row for the operating system's user postgres.
func admin(r *Record) bool {
	return r.Kind == Local &&
		slices.ContainsFunc(r.Databases, func(t Token) bool { return t.keyword("all") || t.Text == "postgres" }) &&
		slices.ContainsFunc(r.Users, func(t Token) bool { return t.Text == "postgres" })
}

// lineEnd returns CRLF if the first line ends so, else LF.
func lineEnd(text string) string {
	if i := strings.IndexByte(text, '\n'); i > 0 && text[i-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}

// withoutManaged removes the marked block and the include line, whichever the text has:
// after an upgrade to 16 it still has the block.
func withoutManaged(text string, major int) (string, error) {
	spans, err := managedSpans(text, major)
	if err != nil {
		return "", err
	}
	for _, s := range slices.Backward(spans) {
		text = cut(text, s)
	}
	return text, nil
}

// span is a run of whole physical lines.
type span struct{ start, end, line int }

func cut(text string, s span) string {
	head, tail := text[:s.start], text[s.end:]
	if tail != "" || text[s.end-1] == '\n' || head == "" {
		return head + tail
	}
	head = strings.TrimSuffix(head, "\n")
	if lineEnd(head) == "\r\n" {
		head = strings.TrimSuffix(head, "\r")
	}
	return head
}

func managedSpans(text string, major int) ([]span, error) {
	continued := continuedLines(text, major)
	var block, include *span
	open := false
	for off, number := 0, 1; off < len(text); number++ {
		start := off
		off = physicalEnd(text, off)
		line := strings.Trim(text[start:off], " \t\r\n")
		isBegin, isInclude := strings.HasPrefix(line, begin), line == includeLine
		switch {
		case (isBegin || isInclude && !open) && continued[number]:
			return nil, &LineError{number,
				"the line before ends in a backslash and swallows odooctl's mark: remove the backslash"}
		case isBegin && block != nil:
			return nil, &LineError{number, fmt.Sprintf("a second %q, the first is on line %d: remove one block",
				begin, block.line)}
		case isBegin:
			block, open = &span{start, off, number}, true
		case strings.HasPrefix(line, end) && !open:
			return nil, &LineError{number, fmt.Sprintf("%q without the mark that begins it: remove the line", end)}
		case strings.HasPrefix(line, end):
			block.end, open = off, false
		case isInclude && !open && include != nil:
			return nil, &LineError{number, fmt.Sprintf("a second %q, the first is on line %d: remove one",
				includeLine, include.line)}
		case isInclude && !open:
			include = &span{start, off, number}
		}
	}
	if open {
		return nil, &LineError{block.line, fmt.Sprintf("%q without %q: put the end mark back behind odooctl's rules",
			begin, end)}
	}
	var spans []span
	for _, s := range []*span{block, include} {
		if s != nil {
			spans = append(spans, *s)
		}
	}
	slices.SortFunc(spans, func(a, b span) int { return a.start - b.start })
	return spans, nil
}

// continuedLines returns the physical lines that continue an earlier one.
func continuedLines(text string, major int) map[int]bool {
	continued := map[int]bool{}
	for _, l := range logicalLines(text, major) {
		for number := l.first + 1; number <= l.last; number++ {
			continued[number] = true
		}
	}
	return continued
}
