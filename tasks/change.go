package tasks

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
)

// Change is one difference between the picture before and the picture after.
type Change struct {
	Kind   string // path, unit, role, database, user, group, package
	Name   string // /etc/odoo/odoo.conf; 15/main odoo
	Before State  // nil: does not exist
	After  State  // nil: is to go

	kind   kind
	hidden *hidden
	salt   []byte
}

// Sign is + for what is made, - for what is removed, ~ for what is changed.
func (c Change) Sign() byte {
	switch {
	case c.Before == nil:
		return '+'
	case c.After == nil:
		return '-'
	}
	return '~'
}

// What names the thing: file /etc/odoo/odoo.conf, role odoo (15/main).
func (c Change) What() string {
	switch c.Kind {
	case kindRole, kindDatabase:
		id, name, _ := strings.Cut(c.Name, " ")
		return fmt.Sprintf("%s %s (%s)", c.Kind, name, id)
	case kindPath:
		s := c.After
		if s == nil {
			s = c.Before
		}
		return typeNames[s.(node).Type] + " " + c.Name
	}
	return c.Kind + " " + c.Name
}

// Summary says in a few words what changes, such as "0644 -> 0640" or "start".
func (c Change) Summary() string { return strings.Join(c.kind.show(c.Before, c.After), ", ") }

// Diff returns a unified diff of a file's content, with secrets shown as keyed
// digests; "" where the content does not change, or is a certificate, whose lines
// tell nobody anything.
func (c Change) Diff() string {
	b, _ := c.Before.(node)
	a, _ := c.After.(node)
	if b.Content == a.Content || b.Born != "" || a.Born != "" || pem(b.Content) || pem(a.Content) {
		return ""
	}
	if binary(b.Content) || binary(a.Content) {
		return fmt.Sprintf("binary content: %d bytes -> %d bytes\n", len(b.Content), len(a.Content))
	}
	was, is := c.Name, c.Name
	if c.Before == nil || b.Type != typeFile {
		was = "/dev/null"
	}
	if c.After == nil || a.Type != typeFile {
		is = "/dev/null"
	}
	d := string(diff.Diff(was, []byte(c.hidden.hide(b.Content, c.salt)), is, []byte(c.hidden.hide(a.Content, c.salt))))
	_, d, _ = strings.Cut(d, "\n") // the first line repeats the names
	return d
}

// hidden tells which parts of a file's lines are secret; without an expression,
// all of it is.
type hidden struct{ re *regexp.Regexp }

// hide replaces each secret by *** and a short digest under a key of this run:
// equal secrets look equal, and nobody can guess one from it later. Without a key
// it is *** alone.
func (hd *hidden) hide(text string, salt []byte) string {
	switch {
	case hd == nil:
		return text
	case hd.re == nil && text != "":
		return mask(text, salt) + "\n"
	case hd.re == nil:
		return ""
	}
	lines := strings.SplitAfter(text, "\n")
	for i, line := range lines {
		m := hd.re.FindStringSubmatchIndex(line)
		for g := len(m)/2 - 1; g > 0; g-- {
			if m[2*g] < 0 || m[2*g] == m[2*g+1] {
				continue
			}
			line = line[:m[2*g]] + mask(line[m[2*g]:m[2*g+1]], salt) + line[m[2*g+1]:]
		}
		lines[i] = line
	}
	return strings.Join(lines, "")
}

func mask(secret string, salt []byte) string {
	if salt == nil {
		return "***"
	}
	mac := hmac.New(sha256.New, salt)
	mac.Write([]byte(secret))
	return "*** (" + hex.EncodeToString(mac.Sum(nil)[:4]) + ")"
}

func showNode(before, after State) (parts []string) {
	b, had := before.(node)
	a, has := after.(node)
	if !has {
		return nil
	}
	if a.Born != "" {
		parts = append(parts, "content known after apply")
	}
	if a.Type == typeLink {
		return append(parts, strings.TrimSpace(b.Target+" -> "+a.Target))
	}
	if !had || a.Mode != b.Mode {
		parts = append(parts, pick(had, fmt.Sprintf("%04o -> %04o", b.Mode, a.Mode), fmt.Sprintf("%04o", a.Mode)))
	}
	if !had || a.Owner != b.Owner || a.Group != b.Group {
		own := a.Owner + ":" + a.Group
		parts = append(parts, pick(had, b.Owner+":"+b.Group+" -> "+own, own))
	}
	return parts
}
