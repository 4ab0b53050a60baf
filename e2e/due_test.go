//go:build lab

package e2e

import "testing"

// TestApplyUpdatesModules: a plain apply that updates modules stops the other Odoo hosts once they get no requests.
func TestApplyUpdatesModules(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	addons := t.TempDir()
	version(t, addons, 1, "")
	file := edited(t, atShop.odoo.to("\n      addons: [{name: e2e, path: "+addons+"}]\n"+
		"      modules: {install: [e2e_update], update: [e2e_update]}")...)
	first := odooctl(t, "apply", "-l", "mycompany", "--no-diff", "--playbook", "module-update", file).want(t, 0)
	defer func() {
		atShop.restore(t, first.out)
		odooctl(t, "apply", "--at-once", inventory()).want(t, 0)
	}()
	version(t, addons, 2, "")
	users := watching(t, atShop)
	run := odooctl(t, "apply", "-l", "mycompany", "--no-diff", file)
	users.noticed(t)
	run.want(t, 0).has(t, "app2: taken out of the nginx of mycompany")
	if out := outOfService(t); out != "" {
		t.Errorf("still out of service: %s", out)
	}
	t.Logf("what the run did:\n%s", odooctl(t, "history", "last").out)
}
