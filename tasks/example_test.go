package tasks_test

import (
	"fmt"
	"os"
	"time"

	"odooctl/inventory"
	"odooctl/tasks"
)

// greeting keeps /etc/motd.
type greeting struct{}

func (greeting) Plan(h *tasks.Host) error {
	h.File("/etc/motd").SetText("This is " + h.Name + ".\n")
	return nil
}

// A task is planned without a host: what it asks is read, and it is planned again until
// nothing is asked. Here the answer is written out; in a run it is what ReadScript prints
// on the host.
func ExampleFleet() {
	inv, err := inventory.Parse("inventory.yaml", []byte("hosts: {db1: {}}\n"), inventory.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fleet := tasks.NewFleet(inv, time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC))
	stages := []tasks.Stage{{Name: "greet", Hosts: inv.Hosts, Tasks: []tasks.NamedTask{{Name: "greeting",
		Task: greeting{}}}}}
	for asking := fleet.Plan(stages); len(asking) > 0; asking = fleet.Plan(stages) {
		for _, picture := range asking {
			fmt.Println(picture.Name, "is asked for", picture.Questions()["path"])
			const key = "0123456789abcdef" // the host draws one
			answer := "\n@nonce " + key + "\n\n@" + key + " facts\nhostname db1\ncpus 2\nmemory 4000000\n\n@" + key +
				" files\ntar\x00\n@" + key + " end\n"
			if err := picture.Learn("nonce", []byte(answer)); err != nil {
				fmt.Println(err)
				return
			}
		}
	}
	fleet.Host("db1").Plan(0, 0).Write(os.Stdout, tasks.Style{Diffs: true})
	// Output:
	// db1 is asked for [/etc/motd]
	// db1: 1 change
	//   + file /etc/motd: 0644, root:root
	//       --- /dev/null
	//       +++ /etc/motd
	//       @@ -0,0 +1,1 @@
	//       +This is db1.
}
