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

// Change is one difference between the pictures before and after.
type Change struct {
	Kind   string // path, unit, role, database, user, group, package
	Name   string // /etc/odoo/odoo.conf; 15/main odoo
	Before State  // nil: does not exist
	After  State  // nil: removed

	way    string // the link through which the path was reached; "" = none
	kind   *Kind
	hiding Hiding              // the secrets in its text
	known  *inventory.Revealed // secrets to hide wherever they occur
	salt   []byte
}

// Sign is + for a new thing, - for a removed one, ~ for a changed one.
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

// Diff returns a unified diff of a file's content, with secrets shown as keyed digests;
// "" if the content does not change, or is a certificate, whose lines mean nothing to a
// reader.
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

// Hiding returns a file's text with every secret replaced by mask's result. It knows
// the file's syntax, and hides what it cannot parse.
type Hiding func(text string, mask func(secret string) string) string

// all hides a whole text.
func all(text string, mask func(string) string) string {
	if text == "" {
		return ""
	}
	return mask(text) + "\n"
}

// shown returns a text of the change that is safe to show. Each secret is *** and a
// short digest keyed by salt, which is random per run: equal secrets look equal, and
// cannot be guessed from it later. Without a salt it is *** alone.
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

// logins matches the user and password of an address: scheme://user:password@host. A
// single word before the @ is more often a token than a name.
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
