package inventory

import (
	"bytes"
	"encoding/json"
	"hash/maphash"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Which secrets are hidden in text that others have printed.
const (
	shortest = 4 // characters; a shorter secret is in every text, and the places where it is hidden would tell it
	sure     = 8 // characters; a shorter secret counts only as a whole word: "test" is not found in latest
)

// Revealed has the secrets that were read so far. It hides them in what hosts and
// programs print, in every form that a secret may take there: see forms. It is safe for
// many goroutines. The nil Revealed has none.
//
// Hiding looks up a bit per byte, whatever the number of secrets, and more only where the
// first bytes of a form are. Only the hashes of the forms are kept: those of ten thousand
// secrets take a few megabytes.
type Revealed struct {
	public func(string) bool // names that are no secrets, such as that of a role

	mu      sync.RWMutex
	seed    maphash.Seed
	forms   map[uint64]bool // by their hashes, whether one counts only as a whole word
	lengths []int           // of forms, the longest first
	begins  []uint64        // a bit for the first bytes of each
}

// beginBits is the logarithm of the bits in Revealed.begins.
const beginBits = 22

// Revealed returns the secrets of the inventory that were read so far.
func (inv *Inventory) Revealed() *Revealed { return inv.revealed }

// commonNames are never hidden, although somebody may use one as a password.
var commonNames = []string{"odoo", "admin", "postgres", "root", "localhost", "true", "false", "none"}

// isName reports whether the inventory has the value in clear. Otherwise every message
// would be full of ***, and would tell what they stand for.
func (inv *Inventory) isName(value string) bool {
	return inv.hosts[value] != nil || inv.groups[value] != nil || inv.deployments[value] != nil ||
		slices.Contains(commonNames, strings.ToLower(value)) ||
		slices.ContainsFunc(inv.Deployments, func(d *Deployment) bool {
			return d.PostgreSQL != nil && d.PostgreSQL.Role.Name == value || d.Odoo != nil &&
				slices.Contains(d.Odoo.Databases, value)
		})
}

// Add makes a secret known, and each of its lines that is long enough to be one.
func (r *Revealed) Add(secret string) {
	secret = strings.TrimRight(secret, "\r\n")
	if r == nil || utf8.RuneCountInString(secret) < shortest || r.public != nil && r.public(secret) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.forms == nil {
		r.seed, r.forms, r.begins = maphash.MakeSeed(), map[uint64]bool{}, make([]uint64, 1<<beginBits/64)
	}
	word := utf8.RuneCountInString(secret) < sure
	for _, form := range forms(secret) {
		r.add(form, word && form == secret)
	}
	if !strings.Contains(secret, "\n") {
		return
	}
	for line := range strings.Lines(secret) {
		line = strings.TrimSpace(line)
		if len(line) < sure || strings.HasPrefix(line, "-----") { // PEM has such lines
			continue
		}
		for _, form := range forms(line) {
			r.add(form, false)
		}
	}
}

func (r *Revealed) add(form string, word bool) {
	hash := maphash.String(r.seed, form)
	if _, known := r.forms[hash]; known || len(form) < shortest {
		return
	}
	r.forms[hash] = word
	bit := begin(form, 0)
	r.begins[bit/64] |= 1 << (bit % 64)
	if at, known := slices.BinarySearchFunc(r.lengths, len(form), func(a, b int) int { return b - a }); !known {
		r.lengths = slices.Insert(r.lengths, at, len(form))
	}
}

// begin is the bit of the four bytes at a place (Fibonacci hashing).
func begin(s string, at int) uint32 {
	first := uint32(s[at]) | uint32(s[at+1])<<8 | uint32(s[at+2])<<16 | uint32(s[at+3])<<24
	return first * 2654435769 >> (32 - beginBits)
}

// Hide returns a text with *** for every secret in it.
func (r *Revealed) Hide(text string) string {
	return r.Replace(text, func(string) string { return masked })
}

// Replace is Hide with the caller's own replacement for what it finds.
func (r *Revealed) Replace(text string, by func(found string) string) string {
	if r == nil {
		return text
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	var b strings.Builder
	if r.forms == nil {
		return text
	}
	from := 0
	for at := 0; at+shortest <= len(text); at++ {
		end := r.end(text, at)
		if end == 0 {
			continue
		}
		for inside := at + 1; inside < end && inside+shortest <= len(text); inside++ { // one may begin in another
			end = max(end, r.end(text, inside))
		}
		b.WriteString(text[from:at])
		b.WriteString(by(text[at:end]))
		from, at = end, end-1
	}
	if from == 0 {
		return text
	}
	b.WriteString(text[from:])
	return b.String()
}

// end returns where the longest form ends that begins at a place in the text; 0 where none does.
func (r *Revealed) end(text string, at int) int {
	if bit := begin(text, at); r.begins[bit/64]&(1<<(bit%64)) == 0 {
		return 0
	}
	for _, n := range r.lengths {
		if at+n > len(text) {
			continue
		}
		if word, ok := r.forms[maphash.String(r.seed, text[at:at+n])]; ok && (!word || alone(text, at, at+n)) {
			return at + n
		}
	}
	return 0
}

// alone reports whether part of a text is a whole word.
func alone(text string, from, to int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:from])
	after, _ := utf8.DecodeRuneInString(text[to:])
	inWord := func(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) }
	return !inWord(before) && !inWord(after)
}

// HideJSON returns JSON with *** for every secret in its strings. Field names and numbers
// stay, so that it still fits its schema.
func (r *Revealed) HideJSON(data []byte) []byte {
	if r == nil {
		return data
	}
	var b bytes.Buffer
	from := 0
	for at := 0; at < len(data); at++ {
		if data[at] != '"' {
			continue
		}
		end := at + 1
		for end < len(data) && data[end] != '"' {
			if data[end] == '\\' {
				end++
			}
			end++
		}
		if end >= len(data) {
			break // no JSON
		}
		var text string
		rest := bytes.TrimLeft(data[end+1:], " \t\r\n")
		if name := len(rest) > 0 && rest[0] == ':'; !name && json.Unmarshal(data[at:end+1], &text) == nil {
			if hidden := r.Hide(text); hidden != text {
				b.Write(data[from:at])
				e := json.NewEncoder(&b)
				e.SetEscapeHTML(false)
				_ = e.Encode(hidden) // of a string, into memory
				b.Truncate(b.Len() - 1)
				from = end + 1
			}
		}
		at = end
	}
	if from == 0 {
		return data
	}
	b.Write(data[from:])
	return b.Bytes()
}
