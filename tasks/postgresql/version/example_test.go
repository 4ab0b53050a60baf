package version_test

import (
	"fmt"

	"odooctl/tasks/postgresql/version"
)

func ExampleOf() {
	for _, major := range []int{9, 10, 11, 18} {
		v := version.Of(major)
		fmt.Println(major, v.SCRAM, v.HBAView, v.ReloadsCert, v.ParallelMaintenance, v.JIT)
	}
	// Output:
	// 9 false false false false false
	// 10 true true true false false
	// 11 true true true true false
	// 18 true true true true true
}
