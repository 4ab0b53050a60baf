package inventory

import (
	"strings"
	"testing"
)

func TestShieldRanges(t *testing.T) {
	for text, want := range map[string]string{
		"":                       "",
		"[1:20]":                 "[1:20]",
		"[app[1:20]]":            "[app(1:20)]",
		"[app[1:2][3:4], b[5:6]": "[app(1:2)(3:4), b(5:6)",
		" [1:2][3:4]":            " [1:2][3:4]",
		"a-[1:2].b_[3:4]é[5:6]":  "a-(1:2).b_(3:4)é[5:6]",
		"app[1:]x[a:b]":          "app[1:]x[a:b]",
		"app[1:2]\n[3:4]":        "app(1:2)\n[3:4]",
	} {
		want = strings.NewReplacer("(", string(shieldOpen), ")", string(shieldClose)).Replace(want)
		if got := string(shieldRanges([]byte(text))); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
