package conf

import (
	"regexp"
	"slices"
	"strings"
)

// Shown reports whether the value of an option may be shown. The value is the one on
// the option's own line: continuation lines are never shown.
type Shown func(section, name, value string) bool

// Mask returns the text of an odoo.conf with everything that is not shown replaced by
// mask: values, their continuation lines, comments that [Render] does not write, odd
// names, and lines that Odoo does not understand. It parses as [Parse] does, and goes
// on after an error.
func Mask(text string, shown Shown, mask func(secret string) string) string {
	var b strings.Builder
	for _, l := range read(text) {
		indent, rest, _ := strings.Cut(l.raw, l.text)
		b.WriteString(indent)
		switch l.class {
		case blank:
		case comment:
			b.WriteString(maskComment(l.text, shown, mask))
		case more, broken:
			b.WriteString(mask(l.text))
		case header:
			name, after := l.section, strings.TrimPrefix(l.text, "["+l.section+"]")
			b.WriteString("[" + hideUnless(moduleSection.MatchString(name), name, mask) + "]" +
				hideUnless(false, after, mask))
		case option:
			b.WriteString(maskOption(l.line, shown, mask))
		}
		b.WriteString(rest + l.end)
	}
	return b.String()
}

func maskOption(l line, shown Shown, mask func(string) string) string {
	name := l.text[:keyLine.FindStringSubmatchIndex(l.text)[3]]
	between := l.text[len(name) : len(l.text)-len(l.value)]
	_, known := Lookup(l.name)
	return hideUnless(known || plainName.MatchString(name), name, mask) + between +
		hideUnless(shown(l.section, l.name, l.value), l.value, mask)
}

// maskComment shows our own comments, and Odoo's options that are commented out.
func maskComment(text string, shown Shown, mask func(string) string) string {
	out := strings.TrimLeft(text, ";# ")
	l := (&lines{section: "options"}).next(out)
	if _, known := Lookup(l.name); known && l.class == option {
		return text[:len(text)-len(out)] + maskOption(l, shown, mask)
	}
	return hideUnless(slices.Contains(ours, text), text, mask)
}

// plainName matches the usual names of options. Anything else before a = may be the end
// of a value that was broken into lines.
var plainName = regexp.MustCompile(`^[a-z][a-z0-9_.-]{0,47}$`)

func hideUnless(shown bool, text string, mask func(string) string) string {
	if shown || strings.TrimFunc(text, pythonSpace) == "" {
		return text
	}
	return mask(text)
}

// rawLine is a line as it is in the text.
type rawLine struct {
	line
	raw, end string
}

func read(text string) (list []rawLine) {
	var s lines
	for text != "" {
		raw, end := text, ""
		if at := lineEnd.FindStringIndex(text); at != nil {
			raw, end = text[:at[0]], text[at[0]:at[1]]
		}
		text = text[len(raw)+len(end):]
		list = append(list, rawLine{s.next(raw), raw, end})
	}
	return list
}
