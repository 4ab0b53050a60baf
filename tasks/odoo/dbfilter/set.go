package dbfilter

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// set is a set of characters.
type set []span

// span is the characters from low to high.
type span struct{ low, high rune }

// Python's categories of ASCII, and of all characters (str.isdecimal, isspace,
// isalnum and the underscore).
var (
	digits = set{{'0', '9'}}
	words  = set{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}
	blanks = set{{'\t', '\r'}, {' ', ' '}}

	allDigits = of(unicode.Nd)
	allWords  = append(of(unicode.L, unicode.N), span{'_', '_'}).merged()
	allBlanks = set{{'\t', '\r'}, {0x1c, ' '}, {0x85, 0x85}, {0xa0, 0xa0}, {0x1680, 0x1680}, {0x2000, 0x200a},
		{0x2028, 0x2029}, {0x202f, 0x202f}, {0x205f, 0x205f}, {0x3000, 0x3000}}
)

// category returns the set of \c; a capital is its complement.
func category(c rune, ascii bool) set {
	all := map[rune]set{'d': allDigits, 'w': allWords, 's': allBlanks}
	if ascii {
		all = map[rune]set{'d': digits, 'w': words, 's': blanks}
	}
	if s, ok := all[c]; ok {
		return s
	}
	return all[unicode.ToLower(c)].complement()
}

func of(tables ...*unicode.RangeTable) (s set) {
	for _, t := range tables {
		for _, r := range t.R16 {
			s = s.strided(rune(r.Lo), rune(r.Hi), rune(r.Stride))
		}
		for _, r := range t.R32 {
			s = s.strided(rune(r.Lo), rune(r.Hi), rune(r.Stride))
		}
	}
	return s.merged()
}

func (s set) strided(low, high, stride rune) set {
	if stride == 1 {
		return append(s, span{low, high})
	}
	for c := low; c <= high; c += stride {
		s = append(s, span{c, c})
	}
	return s
}

// merged sorts the spans and joins those that touch.
func (s set) merged() (out set) {
	s = slices.Clone(s)
	slices.SortFunc(s, func(a, b span) int { return int(a.low - b.low) })
	for _, r := range s {
		if n := len(out); n > 0 && r.low <= out[n-1].high+1 {
			out[n-1].high = max(out[n-1].high, r.high)
			continue
		}
		out = append(out, r)
	}
	return out
}

// complement is all characters that a merged set does not have.
func (s set) complement() (out set) {
	next := rune(0)
	for _, r := range s {
		if r.low > next {
			out = append(out, span{next, r.low - 1})
		}
		next = r.high + 1
	}
	if next <= unicode.MaxRune {
		out = append(out, span{next, unicode.MaxRune})
	}
	return out
}

// String writes a merged set for package regexp.
func (s set) String() string {
	if len(s) == 0 {
		return `[^\x{0}-\x{10FFFF}]`
	}
	var b strings.Builder
	b.WriteByte('[')
	for _, r := range s {
		fmt.Fprintf(&b, `\x{%X}-\x{%X}`, r.low, r.high)
	}
	b.WriteByte(']')
	return b.String()
}
