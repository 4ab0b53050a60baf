package tasks

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/diff"

	"odooctl/inventory"
)

// Change is one difference between the picture before and the picture after.
type Change struct {
	Kind   string // path, unit, role, database, user, group, package
	Name   string // /etc/odoo/odoo.conf; 15/main odoo
	Before State  // nil: does not exist
	After  State  // nil: is to go

	way    string // the link that led to the path; "" = none
	kind   *Kind
	hiding Hiding              // what its text hides
	known  *inventory.Revealed // secrets to hide wherever they are
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
	if c.kind.What != nil {
		return c.kind.What(c.Name, c.Before, c.After)
	}
	return c.Kind + " " + c.Name
}

// Summary says in a few words what changes, such as "0644 -> 0640" or "start".
func (c Change) Summary() string {
	if c.kind.Show == nil {
		return ""
	}
	return strings.Join(c.kind.Show(c.Before, c.After), ", ")
}

// Diff returns a unified diff of a file's content, with secrets shown as keyed
// digests; "" where the content does not change, or is a certificate, whose lines
// tell nobody anything.
func (c Change) Diff() string {
	b, _ := c.Before.(node)
	a, _ := c.After.(node)
	if b.Content == a.Content || b.Generator != "" || a.Generator != "" || pem(b.Content) || pem(a.Content) {
		return ""
	}
	if c.hiding == nil && (b.Closed || a.Closed) && b.Digest != a.Digest {
		return fmt.Sprintf("%d bytes, not shown: what stands there is larger than 1 MiB\n", len(a.Content))
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
	d := string(diff.Diff(was, []byte(c.shown(b.Content, c.salt)), is, []byte(c.shown(a.Content, c.salt))))
	_, d, _ = strings.Cut(d, "\n") // the first line repeats the names
	return d
}

// Hiding returns a file's text with every secret in it given to mask: it knows the
// syntax of the file, and hides what it does not understand.
type Hiding func(text string, mask func(secret string) string) string

// all hides a whole text.
func all(text string, mask func(string) string) string {
	if text == "" {
		return ""
	}
	return mask(text) + "\n"
}

// shown returns a text of the change as people may see it. Each secret is *** and a
// short digest under the salt, a key of this run: equal secrets look equal, and nobody
// can guess one from it later. Without a salt it is *** alone.
func (c Change) shown(text string, salt []byte) string {
	hide := func(secret string) string { return mask(secret, salt) }
	if c.hiding != nil {
		text = c.hiding(text, hide)
	}
	text = hideLogins(text, hide)
	if c.known != nil {
		text = c.known.Replace(text, hide)
	}
	return text
}

// logins are the user and password of an address: scheme://user:password@host. A
// word alone before the @ is a token more often than a name.
var logins = regexp.MustCompile(`([A-Za-z][A-Za-z0-9+.-]*://)([^\s/@:]*:)?(\S*)@`)

// hideLogins hides the passwords in all addresses.
func hideLogins(text string, mask func(string) string) string {
	if !strings.Contains(text, "://") {
		return text
	}
	return logins.ReplaceAllStringFunc(text, func(found string) string {
		m := logins.FindStringSubmatch(found)
		if m[3] == "" {
			return found
		}
		return m[1] + m[2] + mask(m[3]) + "@"
	})
}

func mask(secret string, salt []byte) string {
	if salt == nil {
		return "***"
	}
	mac := hmac.New(sha256.New, salt)
	mac.Write([]byte(secret))
	return "*** (" + hex.EncodeToString(mac.Sum(nil)[:4]) + ")"
}
