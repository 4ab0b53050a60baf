package plain

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestText(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"plain", "a line\n\tanother: 100 % 'quoted' \"too\" \\ ~", ""},
		{"letters of all kinds", "é e\u0301 ß Ω я 日本語 한국어 עברית العربية हिन्दी ไทย 😀 → … € ½ ²", ""},
		{"escape", "\x1b[31mred\x1b[0m\x1b]0;title\x07", `\x1b[31mred\x1b[0m\x1b]0;title\x07`},
		{"controls", "\x00\r\b\x7f\v\f", `\x00\x0d\x08\x7f\x0b\x0c`},
		{"C1", "\u009b31m \u0085", `\u009b31m \u0085`},
		{"no UTF-8", "\xff\xc0\x80 \xe2\x80 \xed\xa0\x80", `\xff\xc0\x80 \xe2\x80 \xed\xa0\x80`},
		{"replaced before", "\ufffd", `\ufffd`},
		{"zero width", "a\u200bb\u200cc\u200dd\u2060e\ufefff\u00adg", `a\u200bb\u200cc\u200dd\u2060e\ufefff\u00adg`},
		{"separators", "\u2028\u2029", `\u2028\u2029`},
		{"spaces", "\u00a0\u2003\u202f\u3000 \u2800", `\u00a0\u2003\u202f\u3000 \u2800`},
		{"bidirectional", "\u202e\u2066\u2069\u200f\u061c", `\u202e\u2066\u2069\u200f\u061c`},
		{"letters that are not seen", "\u3164\u115f\u1160\uffa0\u17b4\u034f\u180b\u180f",
			`\u3164\u115f\u1160\uffa0\u17b4\u034f\u180b\u180f`},
		{"variation selectors", "\ufe0f\ufe00\U000e0100", `\ufe0f\ufe00\U000e0100`},
		{"tags", "\U000e0001\U000e0041", `\U000e0001\U000e0041`},
		{"family", "👨\u200d👩", `👨\u200d👩`},
		{"private and unassigned", "\ue000\U0010fffd\u0378\uffff\U000e0fff", `\ue000\U0010fffd\u0378\uffff\U000e0fff`},
	} {
		if test.want == "" {
			test.want = test.in
		}
		if got := Text(test.in); got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
	}
}

// seen states the inverse of hidden by other means: Unicode's categories.
func seen(r rune) bool {
	if r == '\n' || r == '\t' || r == ' ' {
		return true
	}
	return unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S) &&
		!unicode.In(r, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"", "a\n\tb", "\x1b[2J", "\u200b\u2028\u202e\ufeff", "\xff\xe2\x80",
		"\U000e0041\ufe0f\u3164", "👨\u200d👩", "\u009b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Text(s)
		if !utf8.ValidString(got) || strings.ContainsFunc(got, func(r rune) bool { return !seen(r) }) {
			t.Fatalf("%q became %q", s, got)
		}
		if again := Text(got); again != got {
			t.Fatalf("%q became %q, and then %q", s, got, again)
		}
		if !strings.ContainsFunc(s, func(r rune) bool { return !seen(r) || r == utf8.RuneError }) && got != s {
			t.Fatalf("%q became %q, and needed nothing", s, got)
		}
		text, err := json.Marshal(map[string]string{s: s})
		if err != nil {
			t.Fatal(err)
		}
		var before, after map[string]string
		if err := json.Unmarshal(text, &before); err != nil {
			t.Fatal(err)
		}
		safe := JSON(text)
		if err := json.Unmarshal(safe, &after); err != nil || !reflect.DeepEqual(before, after) {
			t.Fatalf("%s became %s: %v", text, safe, err)
		}
		if strings.ContainsFunc(string(safe), func(r rune) bool { return !seen(r) }) {
			t.Fatalf("JSON %q", safe)
		}
	})
}
