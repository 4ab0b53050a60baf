//go:build lab

package e2e

import (
	"strings"
	"testing"
)

// TestDataInCommon: hosts of one deployment have one data_dir, which the lab's folder in common is; where each has its
// own, the plan is an error; so it is if attachments would be left behind.
func TestDataInCommon(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	apart := edited(t, "      version: \"14.0\"\n", "      version: \"14.0\"\n      data_dir: /srv/e2e-data\n")
	odooctl(t, "plan", "-l", "app1,app2", apart).want(t, 2).has(t, "app1 has /srv/e2e-data on ",
		"and app2 has /srv/e2e-data on ", ": each for itself")
	said := edited(t, "      version: \"14.0\"\n",
		"      version: \"14.0\"\n      data_dir: /srv/e2e-data\n      data_shared: true\n")
	r := odooctl(t, "plan", "-l", "app1,app2", said).want(t, 2).has(t, "app1 has the attachments of mycompany in ")
	if strings.Contains(r.err, "each for itself") {
		t.Errorf("the inventory says that they are in common:\n%s", r.err)
	}
	odooctl(t, "plan", "-l", "app1,app2", inventory()).want(t, 0)
}
