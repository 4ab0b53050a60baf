package scram_test

import (
	"fmt"

	"odooctl/tasks/postgresql/scram"
)

func ExampleVerifier() {
	verifier, err := scram.Verifier("pencil", []byte("0123456789abcdef"), scram.Iterations)
	fmt.Println(verifier, err)
	fmt.Println(scram.Matches(verifier, "pencil"), scram.Matches(verifier, "Pencil"))
	// Output:
	// SCRAM-SHA-256$4096:MDEyMzQ1Njc4OWFiY2RlZg==$nQpbZ77WudtqufPwikHXGRt6g2QJ4zns8bZLw273DRM=:jn2amWP1q1h+jgjy0YTO14S6/F02SV7taipOeB7ef20= <nil>
	// true false
}
