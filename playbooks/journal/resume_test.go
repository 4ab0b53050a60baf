package journal

import (
	"strings"
	"testing"
)

// made a record of a run: its hosts with their states, or with a transaction that has no end
// where the state is "".
func recorded(id, inventory string, exit int, states map[string]State) *Record {
	r := &Record{ID: id, Begin: Entry{Type: RunBegun, Run: id, Verb: VerbApply, Inventory: inventory, Playbook: "site",
		PlaybookDigest: "f00"}}
	for _, host := range []string{"app1", "app2", "web1"} {
		state, ok := states[host]
		switch r.Begin.Hosts = append(r.Begin.Hosts, host); {
		case !ok:
			r.Begin.Hosts = r.Begin.Hosts[:len(r.Begin.Hosts)-1]
		case state == "":
			r.Entries = append(r.Entries, Entry{Type: TransactionBegun, Host: host, Transaction: id + "-01"})
		default:
			r.Entries = append(r.Entries, Entry{Type: HostEnded, Host: host, State: state})
		}
	}
	if exit >= 0 {
		r.Entries = append(r.Entries, Entry{Type: RunEnded, Exit: &exit})
	}
	return r
}

// TestUnfinished: which run is taken up without being named, and why others are not.
func TestUnfinished(t *testing.T) {
	t.Parallel()
	const here, there = "/srv/here.yaml", "/srv/there.yaml"
	cut := func(id, inventory string) *Record {
		return recorded(id, inventory, -1, map[string]State{"app1": "", "app2": Changed})
	}
	refused := recorded("r9", here, 75, map[string]State{"app1": Locked, "app2": Skipped})
	good := func(id, inventory string, hosts ...string) *Record {
		states := map[string]State{}
		for _, h := range hosts {
			states[h] = Changed
		}
		return recorded(id, inventory, 0, states)
	}
	resumed := func(id string, exit int, state State) *Record {
		r := recorded(id, here, exit, map[string]State{"app1": state})
		r.Begin.Verb, r.Begin.Of = VerbResume, "r1"
		return r
	}
	drain := good("r2", here, "app1", "app2")
	drain.Begin.Playbook, drain.Begin.PlaybookDigest = "drain", ""
	drained := recorded("r3", here, -1, map[string]State{"web1": ""})
	drained.Begin.Playbook, drained.Begin.PlaybookDigest = "drain", ""
	other := good("r2", here, "app1")
	other.Begin.Playbook = "/srv/other.yaml"
	for _, c := range []struct {
		name    string
		history []*Record // newest first
		takes   string
		passes  string // a part of why it passes over r1
	}{
		{"cut short", []*Record{cut("r1", here)}, "r1", ""},
		{"after one that a lock refused", []*Record{refused, cut("r1", here)}, "r1", ""},
		{"its resume was refused", []*Record{resumed("r2", 75, Locked), cut("r1", here)}, "r1", ""},
		{"its resume failed", []*Record{resumed("r2", 2, Failed), cut("r1", here)}, "r2", ""},
		{"its resume did it", []*Record{resumed("r2", 0, Changed), cut("r1", here)}, "", ""},
		{"a good run of its hosts", []*Record{good("r2", here, "app1", "web1"), cut("r1", here)}, "", "a good run since: r2"},
		{"of another playbook", []*Record{other, cut("r1", here)}, "", "a good run since: r2 of /srv/other.yaml"},
		{"a good run of other hosts", []*Record{good("r2", here, "app2", "web1"), cut("r1", here)}, "r1", ""},
		{"a host was drained since", []*Record{drain, cut("r1", here)}, "r1", ""},
		{"a drain that was cut short", []*Record{drained, cut("r1", here)}, "r1", ""},
		{"another inventory's", []*Record{good("r2", there, "app1"), cut("r1", here)}, "", "it is of " + here},
		{"two inventories", []*Record{cut("r2", there), cut("r1", here)}, "r2", "it is of " + here},
	} {
		t.Run(c.name, func(t *testing.T) {
			take, passed := Unfinished(c.history)
			if take == nil && c.takes != "" || take != nil && take.ID != c.takes {
				t.Errorf("takes %v, want %q", take, c.takes)
			}
			said := ""
			for _, p := range passed {
				said += p.ID + ": " + p.Why
			}
			if (said == "") != (c.passes == "") || !strings.Contains(said, c.passes) {
				t.Errorf("passes over %q, want %q", said, c.passes)
			}
		})
	}
}

// TestOpen: which runs of an inventory are still to be gone on with.
func TestOpen(t *testing.T) {
	t.Parallel()
	const here, there = "/srv/here.yaml", "/srv/there.yaml"
	failed := map[string]State{"app1": Failed}
	resumed := recorded("r2", here, 2, failed)
	resumed.Begin.Verb, resumed.Begin.Of = VerbResume, "r1"
	for _, c := range []struct {
		history []*Record // newest first
		want    string
	}{
		{[]*Record{recorded("r2", here, -1, map[string]State{"app2": ""}), recorded("r1", here, 2, failed)}, "r2 r1"},
		{[]*Record{resumed, recorded("r1", here, 2, failed)}, "r2"},
		{[]*Record{recorded("r2", here, 0, map[string]State{"app1": Changed}), recorded("r1", here, 2, failed)}, ""},
		{[]*Record{recorded("r2", here, 75, map[string]State{"app1": Locked}), recorded("r1", here, 2, failed)}, "r1"},
		{[]*Record{recorded("r2", there, 2, failed), recorded("r1", here, 2, failed)}, "r1"},
	} {
		var got []string
		for _, r := range Open(c.history, here) {
			got = append(got, r.ID)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// TestLastChange: the newest run that changed something, and was no rollback.
func TestLastChange(t *testing.T) {
	t.Parallel()
	changed := func(id string, state State) *Record {
		r := recorded(id, "/srv/i.yaml", 0, map[string]State{"app1": ""})
		return &Record{ID: id, Begin: r.Begin, Entries: append(r.Entries, Entry{Type: TransactionEnded, Host: "app1",
			Transaction: id + "-01", State: state})}
	}
	nothing := recorded("r3", "/srv/i.yaml", 0, map[string]State{"app1": Unchanged})
	rollback := changed("r4", Changed)
	rollback.Begin.Verb, rollback.Begin.Of = VerbRollback, "r2"
	for _, c := range []struct {
		history []*Record // newest first
		want    string
	}{
		{[]*Record{nothing, changed("r2", Changed), changed("r1", Changed)}, "r2"},
		{[]*Record{changed("r2", PutBack), changed("r1", Changed)}, "r1"},
		{[]*Record{rollback, nothing, changed("r2", Changed)}, "r2"},
		{[]*Record{recorded("r2", "/srv/i.yaml", -1, map[string]State{"app1": ""}), changed("r1", Changed)}, "r2"},
		{[]*Record{nothing}, ""},
	} {
		got := ""
		if r := LastChange(c.history); r != nil {
			got = r.ID
		}
		if got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}

// TestCommand: what starts a run again has all that the operator gave it.
func TestCommand(t *testing.T) {
	t.Parallel()
	for want, e := range map[string]Entry{
		"odooctl apply /srv/inventory.yaml": {Inventory: "/srv/inventory.yaml", Playbook: "site"},
		"odooctl apply -l 'odoo:!app2' --tags odoo.conf --playbook /srv/own.yaml --update sale,stock --batch 1,25% " +
			"--max-failures 2 --allow-restart /srv/inventory.yaml": {Inventory: "/srv/inventory.yaml",
			Playbook: "/srv/own.yaml", Limit: "odoo:!app2", Tags: "odoo.conf", Updates: "sale,stock", Sizes: "1,25%",
			MaxFailures: "2", AllowRestart: true},
	} {
		if got := e.Command(); got != want {
			t.Errorf("%s\nwant\n%s", got, want)
		}
	}
}
