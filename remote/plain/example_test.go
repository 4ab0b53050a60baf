package plain_test

import (
	"fmt"

	"odooctl/remote/plain"
)

func ExampleText() {
	fmt.Println(plain.Text("app1\u202e\x1b[2J is \"fine\""))
	// Output:
	// app1\u202e\x1b[2J is "fine"
}
