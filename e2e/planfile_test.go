//go:build lab

package e2e

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// TestPlanFile: what was planned is applied, or nothing.
func TestPlanFile(t *testing.T) {
	plan := filepath.Join(folder, "p.plan")
	kept := func(t *testing.T, file string) string {
		t.Helper()
		odooctl(t, "plan", "--no-diff", "--out", plan, file).want(t, 0)
		data, err := os.ReadFile(plan)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	sites := map[string]string{"web1": "mycompany", "next1": "next"}
	site := func(host string) string { return "/etc/nginx/sites-available/odooctl-" + sites[host] + ".conf" }
	edit := func(t *testing.T, host string) {
		t.Helper()
		on(t, host, "echo '# by hand' >>"+site(host))
	}

	t.Run("as planned", func(t *testing.T) {
		kept(t, inventory())
		odooctl(t, "apply", plan).want(t, 0).has(t, plan+": planned by ")
		odooctl(t, "plan", "--detailed-exitcode", inventory()).want(t, 0)
		edit(t, "web1")
		kept(t, inventory())
		odooctl(t, "apply", plan).want(t, 0).has(t, "2 changes on 1 of 5 hosts")
		odooctl(t, "plan", "--detailed-exitcode", inventory()).want(t, 0)
	})
	t.Run("moved", func(t *testing.T) {
		edit(t, "web1")
		edit(t, "next1")
		kept(t, inventory())
		edit(t, "web1")
		on(t, "db1", "sed -i '/odooctl managed/,$ s/scram-sha-256/md5/' /etc/postgresql/15/main/pg_hba.conf")
		defer func() { odooctl(t, "apply", "--at-once", inventory()).want(t, 0) }()
		r := odooctl(t, "apply", plan).want(t, 3)
		r.has(t, "web1: moved since it was planned: file "+site("web1")+" is different; nothing was touched there",
			"db1: moved since it was planned: file /etc/postgresql/15/main/pg_hba.conf is new, action on "+
				"postgresql@15-main.service is new")
		for host, state := range map[string]string{"web1": "stale", "db1": "stale", "next1": "changed", "app1": "ok"} {
			if !regexp.MustCompile(`(?m)^` + host + ` +` + state).MatchString(r.out) {
				t.Errorf("%s is not %s:\n%s", host, state, r.out)
			}
		}
		untouched(t, "web1", "# by hand\n# by hand\n", "tail -n 2 "+site("web1"))
		untouched(t, "next1", "", "grep -x '# by hand' "+site("next1")+" || true")
		untouched(t, "db1", "md5\n", "grep -o md5 /etc/postgresql/15/main/pg_hba.conf | sort -u")
	})
	t.Run("inventory changed", func(t *testing.T) {
		edit(t, "web1")
		defer func() { odooctl(t, "apply", "--at-once", inventory()).want(t, 0) }()
		file := edited(t, "max_connections: 200", "max_connections: 210")
		kept(t, file)
		edited(t, "max_connections: 200", "max_connections: 220")
		r := odooctl(t, "apply", plan).want(t, 3).has(t, file+": the inventory moved since it was planned")
		untouched(t, "web1", "# by hand\n", "tail -n 1 "+site("web1"))
		if strings.Contains(r.err, "connecting") {
			t.Errorf("a host was asked: %s", r.err)
		}
	})
	long(t, "no secret", func(t *testing.T) {
		name := filepath.Join(folder, ".state", "secrets", "mycompany")
		old, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		secrets := []string{string(old), password()}
		if err := os.WriteFile(name, []byte(secrets[1]), 0o600); err != nil {
			t.Fatal(err)
		}
		file := kept(t, inventory())
		for _, at := range []string{"admin", "next"} {
			data, err := os.ReadFile(filepath.Join(folder, ".state", "secrets", at))
			if err != nil {
				t.Fatal(err)
			}
			secrets = append(secrets, string(data))
		}
		odooctl(t, "apply", plan).want(t, 0).has(t, "1 change")
		for _, where := range []string{"app1", "next1"} {
			secrets = append(secrets, strings.TrimSpace(on(t, where,
				"sed -n 's/^admin_passwd = //p' /etc/odoo/odoo.conf")), on(t, where, "cat /etc/odoo/odoo.conf"))
		}
		secrets = append(secrets, strings.TrimSpace(on(t, "db1",
			`cd / && su postgres -c "psql -XAtc \"select rolpassword from pg_authid where rolname = 'odoo'\""`)))
		for _, s := range secrets {
			sum := sha256.Sum256([]byte(s))
			if len(s) < 8 || strings.Contains(file, s) || strings.Contains(file, hex.EncodeToString(sum[:4])) {
				t.Errorf("the plan file holds %q or its digest:\n%s", s, file)
			}
		}
	})
}

// smallBodies is an edit by hand on web1, which takes no restart to undo.
const smallBodies = "sed -i 's/client_max_body_size.*/client_max_body_size 1m;/' " +
	"/etc/nginx/sites-available/odooctl-mycompany.conf"

// TestJSON: the verbs' JSON output matches its published schema.
func TestJSON(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	on(t, "web1", smallBodies)
	away := edited(t, "app2: {address: "+subnet+"12}", "app2: {address: "+subnet+"99}")
	var plan struct {
		Hosts []struct {
			Host, State, Digest string
			Changes             []struct{ Kind, Name, Action, Diff string }
			Actions             []struct{ Unit, Verb string }
			Error               *struct{ Kind, Message string }
		}
		Totals map[string]int
		NoOp   bool `json:"no_op"`
	}
	fits(t, "plan", odooctl(t, "plan", "-o", "json", away).want(t, 4).out, &plan)
	if plan.NoOp || plan.Hosts[2].Host != "app2" || plan.Hosts[2].Error == nil ||
		plan.Hosts[2].Error.Kind != "unreachable" {
		t.Errorf("%+v", plan)
	}
	fits(t, "plan",
		odooctl(t, "plan", "-o", "json", "--out", filepath.Join(folder, "j.plan"), inventory()).want(t, 0).out, &plan)
	web1 := plan.Hosts[3]
	if len(web1.Changes) != 1 || web1.Changes[0].Name != "/etc/nginx/sites-available/odooctl-mycompany.conf" ||
		web1.Changes[0].Action != "update" || !strings.Contains(web1.Changes[0].Diff, "-    client_max_body_size 1m;\n") ||
		len(web1.Actions) != 1 || web1.Actions[0].Verb != "reload" || plan.Totals["changing"] != 1 {
		t.Errorf("%+v", plan)
	}
	data, err := os.ReadFile(filepath.Join(folder, "j.plan"))
	if err != nil || web1.Digest == "" || !strings.Contains(string(data), web1.Digest) {
		t.Errorf("the digest %q of web1 is not that of the plan file (%v)", web1.Digest, err)
	}
	var status struct{ Totals map[string]int }
	fits(t, "status", odooctl(t, "status", "-o", "json", inventory()).want(t, 0).out, &status)
	if status.Totals["pending"] != 2 {
		t.Errorf("%+v", status)
	}
	var report struct {
		Hosts []struct{ Host, State string }
		Exit  int
	}
	fits(t, "report", odooctl(t, "apply", "-o", "json", filepath.Join(folder, "j.plan")).want(t, 0).out, &report)
	if len(report.Hosts) != 5 || report.Hosts[3].State != "changed" || report.Exit != 0 {
		t.Errorf("%+v", report)
	}
	fits(t, "plan", odooctl(t, "plan", "-o", "json", inventory()).want(t, 0).out, &plan)
	if !plan.NoOp {
		t.Errorf("%+v", plan)
	}
	defer func() { odooctl(t, "apply", "--at-once", inventory()).want(t, 0) }()
	fits(t, "report", odooctl(t, "apply", "-o", "json", away).want(t, 4).out, &report)
	if report.Hosts[2].State != "unreachable" || report.Exit != 4 {
		t.Errorf("%+v", report)
	}
}

// fits fails the test unless a document matches the program's own schema, and parses
// it.
func fits(t *testing.T, name, document string, into any) {
	t.Helper()
	schema, err := jsonschema.UnmarshalJSON(strings.NewReader(odooctl(t, "schema", name).want(t, 0).out))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(name, schema); err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(document))
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, document)
	}
	if err := c.MustCompile(name).Validate(value); err != nil {
		t.Errorf("%s: %v\n%s", name, err, document)
	}
	if err := json.Unmarshal([]byte(document), into); err != nil {
		t.Fatal(err)
	}
}
