package inventory

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"slices"
	"strings"
	"unicode/utf16"
)

// maxFormed is the size in bytes up to which a secret is looked for in every form; a
// larger one, such as a script that a command reads, is looked for as it is.
const maxFormed = 16 << 10

// forms are the ways in which programs may print a secret: as it is, and as a shell, SQL,
// URLs, base64, JSON, Python, HTML and systemd write it.
func forms(secret string) []string {
	list := []string{secret}
	if len(secret) > maxFormed {
		return list
	}
	list = append(append(list, hex.EncodeToString([]byte(secret))), base64s(secret)...) // hex: bytea of PostgreSQL
	if !strings.ContainsFunc(secret, special) {
		return list
	}
	add := func(form string) {
		if form != secret {
			list = append(list, form)
		}
	}
	replaced := func(pairs ...string) { add(strings.NewReplacer(pairs...).Replace(secret)) }
	replaced("'", `'\''`)                                 // POSIX shell
	replaced("'", `'"'"'`)                                // shlex.quote of Python
	replaced(`"`, `\"`, `\`, `\\`, "$", `\$`, "`", "\\`") // between double quotes
	add(backslashed(secret))                              // printf %q
	replaced("'", "''")                                   // SQL
	replaced("'", "''", `\`, `\\`)                        // E'' of PostgreSQL, and its libpq's conninfo in part
	replaced("'", `\'`, `\`, `\\`)                        // E'' too, and repr of Python
	replaced(`\`, `\\`)                                   // repr of a text with no ' in it
	replaced("%", "%%")                                   // systemd, format strings
	replaced("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#x27;")
	add(html.EscapeString(secret))
	query := url.QueryEscape(secret)
	for _, address := range []string{
		query, strings.ReplaceAll(query, "+", "%20"), url.PathEscape(secret),
		strings.ReplaceAll(query, "%2F", "/"), url.UserPassword("", secret).String()[1:],
	} {
		add(address)
		add(lowerHex(address))
	}
	b, _ := json.Marshal(secret) // a string has a form in JSON
	quoted := string(b[1 : len(b)-1])
	add(quoted)
	quoted = strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(quoted)
	add(quoted)
	add(ascii(quoted))
	return list
}

// special reports whether some form writes a character differently.
func special(c rune) bool {
	return (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') && c != '_' && c != '-' && c != '.'
}

func backslashed(secret string) string {
	var b strings.Builder
	for _, c := range secret {
		if c < 0x80 && special(c) && !strings.ContainsRune("/:=@%+", c) {
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// lowerHex writes %3f for %3F, as some do.
func lowerHex(address string) string {
	b := []byte(address)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			copy(b[i:], strings.ToLower(address[i:i+3]))
			i += 2
		}
	}
	return string(b)
}

// ascii writes characters outside of ASCII as Python's json.dumps does.
func ascii(text string) string {
	var b strings.Builder
	for _, c := range text {
		switch a, z := utf16.EncodeRune(c); {
		case c < 0x80:
			b.WriteRune(c)
		case c < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, c)
		default:
			fmt.Fprintf(&b, `\u%04x\u%04x`, a, z)
		}
	}
	return b.String()
}

// base64s are the characters of base64 that depend on the secret alone, wherever it is in
// the encoded text, in both alphabets; and the lines into which programs break the whole
// of it.
func base64s(secret string) (list []string) {
	add := func(code string) {
		if !slices.Contains(list, code) {
			list = append(list, code)
		}
	}
	for _, alphabet := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for before := range 3 {
			code := alphabet.EncodeToString([]byte(strings.Repeat("\x00", before) + secret))
			add(code[(before*8+5)/6 : (before+len(secret))*8/6])
		}
		whole := alphabet.EncodeToString([]byte(secret))
		for _, width := range []int{64, 76} {
			for at := 0; at < len(whole) && len(whole) > width; at += width {
				if line := whole[at:min(at+width, len(whole))]; len(line) >= sure {
					add(line)
				}
			}
		}
	}
	return list
}
