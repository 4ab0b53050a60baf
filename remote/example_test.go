package remote_test

import (
	"context"
	"fmt"
	"time"

	"odooctl/remote"
)

// One shell runs every script. On another machine it comes by Dial, and the rest is
// the same.
func ExampleLocal() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	client, err := remote.Local(remote.Config{Host: "here", User: "root", Sudo: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()
	sh, err := client.Shell(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer sh.Close()
	for _, script := range []string{"tr a-z A-Z", "echo no >&2; exit 3"} {
		result, err := sh.Run(ctx, script, []byte("hello"))
		fmt.Printf("%q %q %d %v\n", result.Stdout, result.Stderr, result.Code, err)
	}
	// Output:
	// "HELLO" "" 0 <nil>
	// "" "no\n" 3 <nil>
}
