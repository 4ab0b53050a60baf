package odoo_test

import (
	"testing"

	_ "odooctl/tasks/odoo"
	"odooctl/tasks/tasktest"
)

func TestPlans(t *testing.T) {
	tasktest.Run(t, "testdata/*.txtar", tasktest.Stage("odoo", "odoo.install", "odoo.account", "odoo.mount",
		"odoo.addons", "odoo.conf", "odoo.wsgi", "odoo.database", "odoo.modules", "odoo.service"))
}

func TestMountsThatEnd(t *testing.T) {
	tasktest.Run(t, "testdata/unmount/*.txtar", tasktest.Stage("odoo", "odoo.mount", "odoo.conf", "odoo.service",
		"odoo.unmount"))
}
