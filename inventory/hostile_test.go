package inventory

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// TestHostile parses short files that ask for much work. Each must end in an error, and
// the whole within the time of a unit test.
func TestHostile(t *testing.T) {
	var manyHosts strings.Builder
	manyHosts.WriteString("hosts:\n")
	for i := range 200 {
		fmt.Fprintf(&manyHosts, "  h%dx[1:10000]: {}\n", i)
	}
	for _, tt := range []struct{ name, text, want string }{
		{"brackets", strings.Repeat("[", 100_000), "exceeded max depth"},
		{"braces", strings.Repeat("{a: ", 50_000), "exceeded max depth"},
		{"dashes", strings.Repeat("- ", 50_000), "exceeded max depth"},
		{"hosts", manyHosts.String(), "more than 100000 hosts"},
		{"findings", "hosts: {a: {}}\n" + strings.Repeat("k: 1\n", 20_000), "more than 1000 findings"},
		{"ranges", "hosts: {a: {}}\ngroups: {g: {hosts: [" + strings.Repeat("b[1:10000],", 300) + "]}}\n",
			"expands to more than"},
		{"values", "hosts: {a: {}}\nx-a: [" + strings.Repeat("a,", maxValues) + "a]\n", "f: the file has 15 MB and some"},
		{"last line", strings.Repeat("- a\n", 4_000) + "b", "f:4001:1: the YAML cannot be read"},
		{"control character", "hosts:\n  a\x00: {}\n", "f:2:4: character U+0000 is not text"},
		{"not UTF-8", "hosts:\n  \xff: {}\n", "f:2:3: byte 0xff is not UTF-8"},
		{"UTF-16", "\xff\xfeh\x00o\x00", "f:1:1: byte 0xff is not UTF-8"},
		{"bidi", "hosts: {\"a\u202eb\": {}}\n", "control character"},
		{"tag", "hosts: {a: {address: !!binary aGk=}}\n", "has the tag !!binary"},
		{"own alias", "hosts: &h {a: *h}\n", "unknown key a in hosts.a"},
	} {
		_, err := Parse("f", []byte(tt.text), Options{})
		var all Errors
		if !errors.As(err, &all) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %.300v, want ...%s...", tt.name, err, tt.want)
		}
	}
}
