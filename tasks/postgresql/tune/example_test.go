package tune_test

import (
	"fmt"

	"odooctl/tasks/postgresql/tune"
)

func ExampleFor() {
	for _, s := range tune.For(tune.Machine{Memory: 16 << 30, CPUs: 8, Disk: tune.SSD})[:3] {
		fmt.Printf("%s = %s # %s\n", s.Name, s.Value, s.Why)
	}
	// Output:
	// max_connections = 200 # the sum of the pools of all Odoo processes, and a few for people and backups
	// shared_buffers = 4GB # a quarter of the memory; the rest caches files too
	// effective_cache_size = 12GB # three quarters of the memory: what the planner may count on, not what is taken
}
