package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestCommandLine(t *testing.T) {
	tests := []struct {
		args string
		out  string
		err  string
	}{
		{args: "status", err: "there is no lab dev, or its hosts are still being made: lab up --name dev"},
		{args: "status --name none", err: "lab up --name none"},
		{args: "exec db1 true", err: "there is no lab dev"},
		{args: "exec db1", err: "requires at least 2 arg(s)"},
		{args: "ssh root@db1", err: "there is no lab dev"},
		{args: "up --subnet 10.0.0.0/24", err: "lab dev: subnet 10.0.0.0/24: want a /24 of 198.18.0.0/15"},
		{args: "up --subnet nonsense", err: "--subnet: "},
		{args: "up --hosts db1,db9", err: `--hosts: host "db9" is not defined`},
		{args: "up --name a-b", err: `lab name "a-b"`},
		{args: "down --name ../x", err: `lab name "../x"`},
		{args: "sweep", out: ""},
	}
	for _, test := range tests {
		t.Run(test.args, func(t *testing.T) {
			var out bytes.Buffer
			root := newRoot()
			root.SetArgs(append([]string{"--state", t.TempDir(), "--cache", t.TempDir()}, strings.Fields(test.args)...))
			root.SetOut(&out)
			root.SetErr(&out)
			err := root.ExecuteContext(t.Context())
			if test.err == "" && err != nil || test.err != "" &&
				(err == nil || !strings.Contains(err.Error(), test.err)) {
				t.Errorf("error %v, want one with %q", err, test.err)
			}
			if out.String() != test.out {
				t.Errorf("wrote %q, want %q", out.String(), test.out)
			}
		})
	}
}
