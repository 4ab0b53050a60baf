package certificate_test

import (
	"fmt"
	"time"

	"odooctl/tasks/certificate"
)

// A certificate is due in the last third of its life.
func ExampleStandingIn() {
	from := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	for _, day := range []int{-1, 1, 61, 91} {
		fmt.Println(day, certificate.StandingIn(from, from.AddDate(0, 0, 90), from.AddDate(0, 0, day)))
	}
	// Output:
	// -1 not yet valid
	// 1 valid
	// 61 due
	// 91 expired
}
