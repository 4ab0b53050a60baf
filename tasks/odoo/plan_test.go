package odoo_test

import (
	"testing"

	_ "odooctl/tasks/odoo"
	"odooctl/tasks/tasktest"
)

func TestPlans(t *testing.T) {
	tasktest.Run(t, "testdata/*.txtar", tasktest.Stage("odoo", "odoo.install", "odoo.account", "odoo.addons",
		"odoo.conf", "odoo.wsgi", "odoo.database", "odoo.modules", "odoo.service"))
}
