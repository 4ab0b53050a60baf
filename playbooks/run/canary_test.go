package run

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"odooctl/inventory"
	"odooctl/playbooks"
	"odooctl/tasks"
)

// The secrets of these tests: one with all that somebody quotes, and one with lines.
const (
	quotable = `cAn'ry/"one"\x +€`
	lined    = "-----BEGIN KEY-----\nMIIcanarytwo0000\nMIIcanarytwo1111\n-----END KEY-----\n"
)

// betrayed returns what a text has of these secrets.
func betrayed(text string) string {
	quoted, _ := json.Marshal(quotable)
	for _, form := range []string{
		quotable, `cAn'\''ry`, "cAn''ry", `cAn\'ry`, "cAn%27ry", "canarytwo", "hook-canary",
		string(quoted[1 : len(quoted)-1]), url.QueryEscape(quotable),
		base64.StdEncoding.EncodeToString([]byte(quotable))[:16], base64.StdEncoding.EncodeToString([]byte(lined))[24:60],
	} {
		if strings.Contains(text, form) {
			return form
		}
	}
	return ""
}

// TestCanaries: nothing that a run prints, sends or keeps has a secret, where hosts
// print theirs in every form, and work or fail; and none of what commands read stays on
// the host.
func TestCanaries(t *testing.T) {
	t.Parallel()
	for _, end := range []string{"exit 0", "exit 3"} {
		t.Run(end, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			var told []string
			hear := func(text string) { mu.Lock(); told = append(told, text); mu.Unlock() }
			hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				hear(string(body))
				http.Error(w, "nothing at "+r.URL.Path+": "+quotable, http.StatusNotFound)
			}))
			defer hook.Close()
			inv, err := inventory.Parse("/srv/inventory.yaml", []byte("hosts: {app1: {}}\n"+
				"notify: [{url: {env: HOOK}, on: always}]\nhooks: {after_host: [tell]}\n"), inventory.Options{
				Env: func(name string) string {
					return map[string]string{"ONE": quotable, "TWO": lined, "HOOK": hook.URL + "/hook-canary"}[name]
				},
			})
			if err != nil {
				t.Fatal(err)
			}
			// What a program makes of its input.
			say := `one=$(cat); echo "kept: $one"; echo "note: $one"; printf "%s\n" "$one" | sed "s/'/'\\\\''/"; printf "%s" "$one" | base64; printf "%s" "$one" | sed "s/'/''/"`
			book, err := playbooks.Parse("test.yaml", []byte(fmt.Sprintf(`
- hosts: all
  tasks:
    - command: {title: two, run: "cat | tee /dev/stderr | base64; true", always: true, input: {env: TWO}}
    - command: {title: one, run: %q, always: true, input: {env: ONE}}
`, say+"; "+end)), nil)
			if err != nil {
				t.Fatal(err)
			}
			d := newDesk(t, "app1")
			d.options = func(o *Options) {
				o.Event = func(e Event) { hear(e.Text) }
				o.Ended = Tell(inv, hook.Client(), o.Event)
				o.Call = func(context.Context, []string, []string) ([]byte, error) {
					return []byte(quotable), fmt.Errorf("exit 1: %s", lined)
				}
			}
			r, err := Read(t.Context(), inv, book, d.opts())
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			file, err := r.PlanFile("1.0", "me")
			if err != nil {
				t.Fatal(err)
			}
			var plan, planned bytes.Buffer
			tasks.WritePlans(&plan, r.Plans(), tasks.Style{Diffs: true})
			report, err := r.Apply(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if (end == "exit 0") != (report.Exit() == 0) {
				t.Fatal(report.Outcomes)
			}
			for _, document := range append(Documents(r, report), file) {
				if err := json.NewEncoder(&planned).Encode(document); err != nil {
					t.Fatal(err)
				}
			}
			places := map[string]string{"the plan": plan.String(), "documents": planned.String(),
				"the journal": d.journal(report.Run), "what was told": strings.Join(told, "\n")}
			for _, o := range report.Outcomes {
				places["the outcome"] += fmt.Sprint(o.Host, o.State, o.Err, o.Notes, o.Kept)
			}
			if text := places["the outcome"] + places["what was told"]; !strings.Contains(text, "***") {
				t.Errorf("no host had anything to hide: %s", text)
			}
			for _, dir := range []string{d.root, d.runs} {
				err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
					if err != nil || !e.Type().IsRegular() {
						return err
					}
					data, err := os.ReadFile(name)
					places[name] = string(data)
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			for place, text := range places {
				if form := betrayed(text); form != "" {
					t.Errorf("%s has %q:\n%s", place, form, text)
				}
			}
		})
	}
}
