package nginx

import (
	_ "embed"

	"odooctl/tasks"
)

//go:embed facts.sh
var facts string

func init() { tasks.RegisterFacts(facts) }

// Installed returns the version of a host's nginx, such as 1.22.1; "" if there is none.
func Installed(f *tasks.Facts) string { return first(f.Of("nginx")) }

// openSSL returns the version of the OpenSSL that a host's nginx runs with, such as 3.0.16; "" if there is none.
func openSSL(f *tasks.Facts) string { return first(f.Of("openssl")) }

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}
