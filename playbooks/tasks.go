package playbooks

// The packages of tasks that playbooks may name. Each registers its own; a new one is
// known by its line here, which make new-task writes.
import (
	_ "odooctl/tasks/basic"
	_ "odooctl/tasks/nginx"
	_ "odooctl/tasks/odoo"
	_ "odooctl/tasks/postgresql"
	_ "odooctl/tasks/tunnel"
)
