package run

import (
	"context"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"odooctl/inventory"
)

// listener is who is told, and what it answers, call by call; the last repeats.
type listener struct {
	mu      sync.Mutex
	answers []int
	got     []string
}

func (l *listener) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.got = append(l.got, r.Method+" "+r.URL.Path+" "+r.Header.Get("Content-Type")+" "+string(body))
	code := l.answers[0]
	if len(l.answers) > 1 {
		l.answers = l.answers[1:]
	}
	if code/100 == 3 {
		w.Header().Set("Location", "/elsewhere")
	}
	w.WriteHeader(code)
}

func TestNotice(t *testing.T) {
	t.Parallel()
	const token = "T0K3N"
	for _, c := range []struct {
		name, on, fails string
		answers         []int
		trusted         bool
		calls           int
		says, warns     string
	}{
		{name: "changed", trusted: true, answers: []int{200}, calls: 1, says: "odooctl apply of inventory.yaml with test: " +
			"done, 6 changes on 6 hosts (run 20261122T1800"},
		{name: "failed", on: ", on: failed", trusted: true, fails: "app1 app2", answers: []int{204}, calls: 1,
			says: "odooctl apply of inventory.yaml with test: failed, exit 5, 4 changes on 6 hosts; 4 updated; 2 put back: " +
				"app1, app2 (run "},
		{name: "only of failures", on: ", on: failed", trusted: true, answers: []int{200}},
		{name: "again", trusted: true, answers: []int{500, 429, 200}, calls: 3},
		{name: "never", trusted: true, answers: []int{503}, calls: 3, warns: "warning: /srv/inventory.yaml:5:10: notify: " +
			"it answered 503"},
		{name: "not again", trusted: true, answers: []int{404}, calls: 1, warns: "notify: it answered 404"},
		{name: "elsewhere", trusted: true, answers: []int{302}, calls: 1, warns: "notify: it answered 302"},
		{name: "not trusted", answers: []int{200}, warns: "certificate"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := &listener{answers: c.answers}
			server := httptest.NewUnstartedServer(l)
			server.Config.ErrorLog = quiet()
			server.StartTLS()
			t.Cleanup(server.Close)
			inv, err := inventory.Parse("/srv/inventory.yaml", []byte(sixApps+"notify: [{url: {env: HOOK}"+c.on+"}]\n"),
				inventory.Options{
					Env: func(string) string { return server.URL + "/hooks/" + token },
				})
			if err != nil {
				t.Fatal(err)
			}
			d, _ := rolled(t)
			d.meddle = together("app1 app2 app3 app4 app5 app6", failing(strings.Fields(c.fails)...))
			var said []string
			var mu sync.Mutex
			d.options = func(o *Options) {
				o.Event = func(e Event) { mu.Lock(); defer mu.Unlock(); said = append(said, e.Text) }
				o.Sleep = func(context.Context, time.Duration) error { return nil }
				var client *http.Client
				if c.trusted {
					client = server.Client()
					client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
				}
				o.Ended = Tell(inv, client, o.Event)
			}
			report, err := d.apply(t.Context(), inv, played(t, rollingBook("batches: 6")))
			if err != nil || (report.Exit() != 0) != (c.fails != "") {
				t.Fatalf("%v, exit %d", err, report.Exit())
			}
			if len(l.got) != c.calls {
				t.Errorf("called %d times, want %d: %v", len(l.got), c.calls, l.got)
			}
			text := strings.Join(said, "\n")
			if strings.Contains(text, token) || !strings.Contains(text, c.warns) || c.warns == "" &&
				strings.Contains(text, "warning") {
				t.Errorf("it said\n%s\nwant %q", text, c.warns)
			}
			if c.calls == 0 {
				return
			}
			body, ok := strings.CutPrefix(l.got[0], "POST /hooks/"+token+" application/json ")
			var n struct {
				Text   string
				Report struct {
					Run   string
					Hosts []any
				}
			}
			if err := json.Unmarshal([]byte(body), &n); !ok || err != nil || n.Report.Run != report.Run ||
				len(n.Report.Hosts) != 6 {
				t.Errorf("%v: %s", err, l.got[0])
			}
			if !strings.HasPrefix(n.Text, c.says) {
				t.Errorf("%s, want %s", n.Text, c.says)
			}
		})
	}
}

// quiet is where a server says what its client was wrong about.
func quiet() *log.Logger { return log.New(io.Discard, "", 0) }
