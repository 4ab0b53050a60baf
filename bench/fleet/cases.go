package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// converged plans and applies on a fleet without changes.
func (b *bench) converged(ctx context.Context, hosts int, forks []int) (rows []row, err error) {
	stop, err := b.hosts(ctx, hosts)
	if err != nil {
		return nil, err
	}
	defer stop()
	for _, f := range forks {
		args := []string{"apply", "-y", "--forks", fmt.Sprint(f), "inventory.yaml"}
		r, err := b.measure(ctx, row{Case: "apply, converged", Hosts: hosts, Forks: f, RTT: b.rtt},
			fmt.Sprintf("0 of %d host", hosts), args...)
		if err != nil {
			return rows, err
		}
		rows = append(rows, r)
	}
	r, err := b.measure(ctx, row{Case: "validate", Hosts: hosts}, fmt.Sprintf("%d hosts, %d deployments", hosts, hosts),
		"validate", "inventory.yaml")
	return append(rows, r), err
}

// growing plans n tasks for this machine itself: no SSH, only reading, planning and
// printing.
func (b *bench) growing(ctx context.Context, n int) (row, error) {
	var list strings.Builder
	for i := range n {
		fmt.Fprintf(&list, "    - file: {path: %s, content: \"text %d\\n\"}\n",
			filepath.Join(b.dir, "files", fmt.Sprint(i)), i)
	}
	for name, text := range map[string]string{
		"tasks.yaml": "- name: files\n  hosts: all\n  tasks:\n" + list.String(),
		"local.yaml": "hosts: {here: {ssh: {transport: local}}}\n",
	} {
		if err := os.WriteFile(filepath.Join(b.dir, name), []byte(text), 0o600); err != nil {
			return row{}, err
		}
	}
	return b.measure(ctx, row{Case: "plan, tasks", Hosts: 1, Tasks: n, Forks: 1}, fmt.Sprintf("plan: %d changes", n),
		"plan", "--playbook", "tasks.yaml", "local.yaml")
}
