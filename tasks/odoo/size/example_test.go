package size_test

import (
	"fmt"

	"odooctl/tasks/odoo/size"
)

func ExampleOf() {
	s := size.Of(size.Machine{Cores: 4, Memory: 16 << 30}, size.Load{Major: 16, Users: 60})
	fmt.Println(s.Workers, s.Cron, size.Bytes(s.Memory))
	for _, o := range s.Options[:2] {
		fmt.Println(o.Name, o.Value, o.Why)
	}
	// Output:
	// 8 1 2.85 GiB
	// workers 8 60 users / 6 per worker = 10 wanted, cores * 2 + 1 = 9 possible; 9 - 1 for cron = 8
	// max_cron_threads 1 one process for scheduled jobs, of those that the processors can run
}
