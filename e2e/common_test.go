//go:build lab

package e2e

import "testing"

// TestDataInCommon: hosts of one deployment have one data_dir, which the lab's folder in common is; where each has its
// own, the plan is an error.
func TestDataInCommon(t *testing.T) {
	apart := edited(t, "      version: \"14.0\"\n", "      version: \"14.0\"\n      data_dir: /srv/e2e-data\n")
	odooctl(t, "plan", "-l", "app1,app2", apart).want(t, 2).has(t, "app1 has /srv/e2e-data on ",
		"and app2 has /srv/e2e-data on ", ": each for itself")
	said := edited(t, "      version: \"14.0\"\n",
		"      version: \"14.0\"\n      data_dir: /srv/e2e-data\n      data_shared: true\n")
	for _, file := range []string{inventory(), said} {
		odooctl(t, "plan", "-l", "app1,app2", file).want(t, 0)
	}
}
