package tasktest

import (
	"errors"
	"fmt"
	"regexp"
)

var certificateLine = regexp.MustCompile(`(?m)^\s*ssl_certificate(?:_key)? (\S+);`)

// check runs a validation. It knows what nginx looks for on the host; what servers say
// of their files is for real ones to tell, and others pass, unless the test says that
// their shell fails.
func (h *host) check(title, shell string) error {
	if h.refuses(shell) {
		return errors.New("the test says so")
	}
	if title != "nginx -t" {
		return nil
	}
	for _, p := range append(h.glob("/etc/nginx/sites-enabled/*"), h.glob("/etc/nginx/conf.d/*.conf")...) {
		f, ok := h.resolve(p)
		if !ok {
			return fmt.Errorf("%s leads nowhere", p)
		}
		for _, m := range certificateLine.FindAllStringSubmatch(f.Text, -1) {
			if _, ok := h.files[m[1]]; !ok {
				return fmt.Errorf("%s: cannot load %s", p, m[1])
			}
		}
	}
	return nil
}
