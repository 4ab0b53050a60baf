package sshconfig_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"odooctl/remote/sshconfig"
)

func ExampleConfig_Host() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "config")
	if err := os.WriteFile(file, []byte(`
Host db*
  User deploy
  ProxyJump ann@bastion:2222
Host *
  HostName %h.example.com
  User nobody
`), 0o600); err != nil {
		fmt.Println(err)
		return
	}
	config, err := sshconfig.Load(sshconfig.Machine{Home: "/home/ann", User: "ann"}, file)
	if err != nil {
		fmt.Println(err)
		return
	}
	s := config.Host(context.Background(), sshconfig.Target{Name: "db1"})
	fmt.Println(s.User, s.HostName)
	hops, err := sshconfig.ParseJump(s.ProxyJump)
	fmt.Printf("%+v %v\n", hops, err)
	// Output:
	// deploy db1.example.com
	// [{Name:bastion User:ann Port:2222}] <nil>
}
