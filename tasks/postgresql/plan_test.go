package postgresql_test

import (
	"testing"

	_ "odooctl/tasks/postgresql"
	"odooctl/tasks/tasktest"
)

func TestPlans(t *testing.T) {
	tasktest.Run(t, "testdata/*.txtar", tasktest.Stage("postgresql", "postgresql.install", "postgresql.settings", "postgresql.access", "postgresql.role", "postgresql.database"))
}
