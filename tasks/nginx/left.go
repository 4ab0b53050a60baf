package nginx

import (
	"path"

	"odooctl/tasks"
)

func init() {
	tasks.Register("nginx.left", "a host that is no nginx host any more has no site of ours",
		func() tasks.Task { return &Left{} })
}

// Left takes our files off a host that the inventory names and no deployment has
// as its nginx any more. Certificates and keys stay, for nginx reads them no more;
// what certbot would try to renew goes.
type Left struct{}

// Plan implements tasks.Task.
func (Left) Plan(h *tasks.Host) error {
	if len(h.NginxOf()) > 0 {
		return nil
	}
	var left []string
	for _, pattern := range []string{available + "/odooctl-*.conf", enabled + "/odooctl-*.conf",
		confd + "/odooctl*.conf", mainFile} {
		left = append(left, h.Glob(pattern)...)
	}
	if len(left) == 0 {
		return nil
	}
	for _, p := range left {
		remove(h, p, path.Base(p)+" left the inventory")
	}
	clearLineages(h, nil)
	clearCertbot(h)
	guard(h)
	return nil
}
