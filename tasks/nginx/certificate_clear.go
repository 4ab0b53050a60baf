package nginx

import (
	"path"
	"strings"

	"odooctl/tasks"
)

// ours matches certbot's names for odooctl's certificates.
const ours = "odooctl-*"

// archived lists all versions of certificates of ours.
func archived(h *tasks.Host) []string {
	return h.Glob(certbotDir + "/archive/" + ours + "/fullchain*.pem")
}

// clearLineages removes certbot's files of certificates that no site of the inventory
// uses any more, so that nothing tries to renew them. It removes file by file, so that
// it can be undone. Certificates with other names are not ours.
func clearLineages(h *tasks.Host, kept map[string]bool) {
	confs := h.Glob(certbotDir + "/renewal/" + ours + ".conf")
	live := h.Glob(certbotDir + "/live/" + ours + "/fullchain.pem")
	for _, conf := range confs {
		if !kept[strings.TrimSuffix(path.Base(conf), ".conf")] {
			h.Unlink(conf)
		}
	}
	for _, chain := range live {
		dir := path.Dir(chain)
		if kept[path.Base(dir)] {
			continue
		}
		for _, name := range []string{"README", "cert.pem", "chain.pem", "fullchain.pem", "privkey.pem"} {
			h.Unlink(dir + "/" + name)
		}
		h.Unlink(dir)
	}
	for _, chain := range archived(h) {
		dir := path.Dir(chain)
		if kept[path.Base(dir)] {
			continue
		}
		number := strings.TrimPrefix(path.Base(chain), "fullchain") // 3.pem
		for _, name := range []string{"cert", "chain", "fullchain"} {
			h.Unlink(dir + "/" + name + number)
		}
		h.Private(dir + "/privkey" + number).Remove()
		h.Unlink(dir)
	}
}
