package playbooks_test

import (
	"fmt"

	"odooctl/inventory"
	"odooctl/playbooks"
)

func ExamplePlaybook_Stages() {
	inv, err := inventory.Parse("inventory.yaml", []byte("hosts: {db1: {}, app1: {}, app2: {}}\n"+
		"groups: {apps: {hosts: [app1, app2]}}\n"), inventory.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	book, err := playbooks.Parse("motd.yaml", []byte(`
- name: Greeting
  hosts: apps
  tasks:
    - file: {path: /etc/motd, content: hello}
- name: Kernel
  hosts: all
  tasks:
    - sysctl: {settings: {vm.swappiness: 10}}
`), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	stages, err := book.Stages(inv, "!app2", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range stages {
		for _, h := range s.Hosts {
			fmt.Println(s.Name, h.Name, s.Tasks[0].Name)
		}
	}
	// Output:
	// Greeting app1 file
	// Kernel db1 sysctl
	// Kernel app1 sysctl
}
