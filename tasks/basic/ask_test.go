package basic

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"
	"time"

	"gopkg.in/yaml.v3"

	"odooctl/inventory"
	"odooctl/tasks"
)

// asked runs the shell of a task's condition once, and returns what it prints; "" if
// the condition holds.
func asked(t *testing.T, name, arguments string) string {
	t.Helper()
	task, err := tasks.New(name)
	if err == nil {
		err = yaml.Unmarshal([]byte(arguments), task)
	}
	if err == nil {
		err = task.(interface{ Validate() error }).Validate()
	}
	if err != nil {
		t.Fatal(err)
	}
	inv, err := inventory.Parse("inventory.yaml", []byte("hosts: {a: {}}\n"), inventory.Options{})
	if err != nil {
		t.Fatal(err)
	}
	fleet := tasks.NewFleet(inv, time.Now())
	fleet.Plan([]tasks.Stage{{Name: "ask", Hosts: inv.Hosts, Tasks: []tasks.NamedTask{{Name: name, Task: task}}}})
	p := fleet.Host("a").Plan(0, 0)
	if len(p.Gates) != 1 || !p.Empty() {
		t.Fatalf("%s asks %v, changes %v", name, p.Gates, p.Commands)
	}
	out, err := exec.CommandContext(t.Context(), "sh", "-c", p.Gates[0].Run).CombinedOutput()
	if err != nil {
		return "no: " + strings.TrimSpace(string(out))
	}
	return ""
}

func TestAsk(t *testing.T) {
	t.Parallel()
	page := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Seen", r.Method+" "+r.Host+r.URL.RequestURI()+" "+r.Header.Get("X-Sent"))
		if r.URL.Path == "/away" {
			http.Redirect(w, r, "/", http.StatusSeeOther)
		}
		fmt.Fprint(w, `{"status": "pass"}`)
	})
	plain, secure := httptest.NewServer(page), httptest.NewUnstartedServer(page)
	secure.Config.ErrorLog = log.New(io.Discard, "", 0) // the test expects refused handshakes
	secure.StartTLS()
	t.Cleanup(plain.Close)
	t.Cleanup(secure.Close)
	port := func(s *httptest.Server) string { return s.URL[strings.LastIndex(s.URL, ":")+1:] }
	for question, want := range map[string]string{
		"wait_for {port: PORT}":                                "",
		"wait_for {port: PORT, absent: true}":                  "no:",
		"wait_for {port: PORT, address: localhost}":            "",
		"wait_for {port: 1}":                                   "no:",
		"wait_for {port: 1, absent: true}":                     "",
		"wait_for {path: /etc}":                                "",
		"wait_for {path: /etc, absent: true}":                  "no:",
		"wait_for {path: /etc/none}":                           "no:",
		"wait_for {path: /etc/none, absent: true}":             "",
		"wait_for {path: /etc/passwd, line: '^root:.*'}":       "",
		"wait_for {path: /etc/passwd, line: 'is nobody''s'}":   "no:",
		"http {url: 'http://127.0.0.1:PORT/', contains: pass}": "",
		"http {url: 'http://127.0.0.1:PORT/', contains: " +
			"it's}": `no: it answers 200, without "it's": {"status": "pass"}`,
		"http {url: 'http://127.0.0.1:PORT/away'}":                                  "no: it answers 303 See Other",
		"http {url: 'http://127.0.0.1:PORT/away', status: [200, 303]}":              "",
		"http {url: 'http://127.0.0.1:PORT', method: POST, header: {X-Seen: POST}}": "",
		"http {url: 'http://127.0.0.1:PORT', header: {X-Seen: POST}}": "no: it answers 200, with X-Seen: " +
			"GET 127.0.0.1:PORT/",
		"http {url: 'https://127.0.0.1:TLS'}":                                        "no: 127.0.0.1 port TLS: ",
		"http {url: 'https://name.example:TLS', address: 127.0.0.1, insecure: true}": "",
		"http {url: 'http://name.example:PORT/x?y', address: 127.0.0.1, send: {X-Sent: a}, header: {X-Seen: 'GET " +
			"name.example:PORT/x?y a'}}": "",
		"http {url: 'http://127.0.0.1:1'}": "no: 127.0.0.1 port 1: ",
	} {
		t.Run(question, func(t *testing.T) {
			t.Parallel()
			r := strings.NewReplacer("PORT", port(plain), "TLS", port(secure))
			name, arguments, _ := strings.Cut(r.Replace(question), " ")
			got, want := asked(t, name, arguments), r.Replace(want)
			if got != want && (want == "" || !strings.HasPrefix(got, want)) {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}
