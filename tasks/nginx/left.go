package nginx

import (
	"path"

	"odooctl/tasks"
)

func init() {
	tasks.Register("nginx.left", "a host that is no nginx host any more has no site of ours",
		func() tasks.Task { return &Left{} })
}

// Left removes our files from a host that is in the inventory and no longer any
// deployment's nginx. Certificates and keys stay, as nothing reads them; what certbot
// would try to renew is removed.
type Left struct{}

// Plan implements tasks.Task.
func (Left) Plan(h *tasks.Host) error {
	if len(h.NginxOf()) > 0 {
		return nil
	}
	var left []string
	for _, pattern := range []string{available + "/odooctl-*.conf", enabled + "/odooctl-*.conf",
		confd + "/odooctl*.conf", mainFile, directory + "/*" + includeSuffix} {
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
