package nginx_test

import (
	"testing"

	_ "odooctl/tasks/nginx"
	"odooctl/tasks/tasktest"
)

func TestPlans(t *testing.T) {
	tasktest.Run(t, "testdata/*.txtar", tasktest.Stage("nginx", "nginx.certificate", "nginx.site", "nginx.service"))
}
