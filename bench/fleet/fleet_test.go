package main

import (
	"context"
	"crypto/rand"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	inv "odooctl/inventory"
	"odooctl/playbooks"
	"odooctl/playbooks/connect"
	"odooctl/playbooks/run"
)

// TestFleet: a run that logs in to simulated hosts finds each of them as the playbook
// leaves it, on its own connection, and asks nothing else.
func TestFleet(t *testing.T) {
	t.Parallel()
	const hosts = 3
	f, err := newFleet(hosts, time.Millisecond, t.Output())
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp4", "0.0.0.0:0") // rejects other machines
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- f.serve(ctx, l) }()
	defer func() {
		stop()
		<-served
	}()
	dir := t.TempDir()
	if err := desk(dir, l.Addr().(*net.TCPAddr).Port, hosts); err != nil {
		t.Fatal(err)
	}
	list, err := inv.Load(filepath.Join(dir, "inventory.yaml"),
		inv.Options{Env: func(name string) string { return secrets[name] }})
	if err != nil {
		t.Fatal(err)
	}
	network, err := connect.New(list, connect.Login{User: "nobody", Home: dir})
	if err != nil {
		t.Fatal(err)
	}
	book, err := playbooks.Embedded("site")
	if err != nil {
		t.Fatal(err)
	}
	run, err := run.Read(ctx, list, book, run.Options{Connect: network.Connect, Now: time.Now, Rand: rand.Reader,
		PlansOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	plans := run.Plans()
	if len(plans) != hosts {
		t.Errorf("%d plans, want %d", len(plans), hosts)
	}
	for _, p := range plans {
		if !p.Empty() {
			t.Errorf("%s: %v", p.Host, p.Changes)
		}
	}
	for _, o := range run.Report().Outcomes {
		if o.Err != nil {
			t.Error(o.Err)
		}
		if n := o.Timings.RoundTrips; n < 4 { // eight, but a stall can make two of one, or one of two
			t.Errorf("%s: %d round trips: no host was asked", o.Host, n)
		}
	}
}

// TestUnknownScript: a host does not invent answers.
func TestUnknownScript(t *testing.T) {
	t.Parallel()
	f, err := newFleet(1, 0, t.Output())
	if err != nil {
		t.Fatal(err)
	}
	for _, script := range []string{"id", "begin_answer " + strings.Repeat("0", 32) + "\n"} {
		if said, err := f.said[0].answer(script); err == nil {
			t.Errorf("%q was answered: %.100q", script, said)
		}
	}
}

func TestMedianAndTable(t *testing.T) {
	t.Parallel()
	runs := []sample{{Wall: 3 * time.Second}, {Wall: time.Second}, {Wall: 2 * time.Second}}
	if m := median(runs, func(s sample) time.Duration { return s.Wall }); m != 2*time.Second {
		t.Errorf("median %s, want 2s", m)
	}
	var rows []row
	for _, n := range []int{100, 1000} {
		rows = append(rows, row{Case: "apply, converged", Hosts: n, Forks: 100, Runs: runs,
			Median: sample{Wall: time.Duration(n) * time.Millisecond, CPU: time.Duration(n) * time.Millisecond,
				Peak: int64(n) << 20}})
	}
	if got, want := markdown(machine{}, rows), "| apply, converged | 1000 |  | 100 | 0s | 3 | 1.00 s | 1000 | 1.00 ms | "+
		"1000 MB |  |\n"; !strings.HasSuffix(got, want) {
		t.Errorf("got %s\nwant %s", got, want)
	}
	if plot := growth(rows); strings.Count(plot, "<circle") != 6 || strings.Contains(plot, "NaN") {
		t.Errorf("the plot is %s", plot)
	}
}
