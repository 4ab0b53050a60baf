package nginx

import (
	_ "embed"
	"strings"

	"odooctl/tasks"
)

//go:embed facts.sh
var facts string

func init() { tasks.RegisterFacts(facts) }

// Installed returns the version of a host's nginx, such as 1.22.1; "" if there is none.
func Installed(f *tasks.Facts) string { return first(f.Of("nginx")) }

// openSSL returns the version of a host's OpenSSL, such as 3.0.16; "" if there is none.
func openSSL(f *tasks.Facts) string {
	if words := strings.Fields(first(f.Of("openssl"))); len(words) > 1 {
		return words[1]
	}
	return ""
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}
