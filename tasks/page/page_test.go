package page_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"strings"
	"testing"

	"odooctl/tasks/page"
)

// TestAsk queries a server by the program that hosts run. The requests of the task http
// are in its own test.
func TestAsk(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method + " " + r.Host + r.URL.Path + " " + r.Header.Get("Content-Type") {
		case "GET odoo.example.com/web/health application/json",
			"POST odoo.example.com/web/webclient/version_info application/json":
		case "GET odoo.example.com/web/login ": // with this type Odoo would treat it as a call
			fmt.Fprint(w, `<input name="login">`)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(server.Close)
	at, _ := url.Parse(server.URL)
	const name, both = "odoo.example.com", "127.0.0.2 127.0.0.1"
	for _, tt := range []struct {
		args []string
		says string // "" = it holds
	}{
		{[]string{"answers", name, both, "PORT GET /web/health", "PORT POST /web/webclient/version_info"}, ""},
		{[]string{"answers", name, both, "PORT GET /web/health", "PORT GET /websocket/health"},
			"127.0.0.1:PORT/websocket/health says 404 Not Found to odoo.example.com\n"},
		{[]string{"answers", name, "127.0.0.1", "1 GET /"}, "127.0.0.1:1: "},
		{[]string{"answers", "other.example.com", "127.0.0.1", "PORT GET /web/health"},
			"127.0.0.1:PORT/web/health says 404 Not Found to other.example.com\n"},
		{[]string{"shows", name, both, "PORT", "/web/login", `name="login"`}, ""},
		{[]string{"shows", name, both, "PORT", "/web/login", "it's"},
			"127.0.0.1:PORT/web/login says 200 OK to odoo.example.com, without it's\n"},
		{[]string{"shows", name, "127.0.0.1", "1", "/web/login", "form"}, "127.0.0.1:1: "},
	} {
		fill := strings.NewReplacer("PORT", at.Port())
		args := append([]string(nil), tt.args...)
		for i := range args {
			args[i] = fill.Replace(args[i])
		}
		out, err := exec.CommandContext(t.Context(), "sh", "-c", page.Ask(args[0], args[1:]...)).CombinedOutput()
		if said := string(out); (err == nil) != (tt.says == "") || !strings.Contains(said, fill.Replace(tt.says)) {
			t.Errorf("%q: %v, %q; want %q", args, err, said, tt.says)
		}
	}
}
