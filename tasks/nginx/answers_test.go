package nginx

import (
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
)

// TestAnswers: an Odoo serves when it has answered often enough in a row, and not by what one
// says that has no database.
func TestAnswers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, path, times string
		said              []string // by the server in turn, the last one again and again: STATUS or a location
		want              bool
		asked             int64 // at least
	}{
		{"a page", "/web/login", "3", []string{"200"}, true, 3},
		{"a page of another kind", "/web/login", "2", []string{"/en/web/login"}, true, 2},
		{"a process that has to connect again", "/web/login", "3", []string{"200", "500", "200"}, true, 5},
		{"no database", "/web/login", "3", []string{"404"}, false, 1},
		{"the list of databases", "/web/login", "1", []string{"/web/database/selector"}, false, 1},
		{"broken", "/web/health", "1", []string{"502"}, false, 1},
		{"a version without that page", "/web/health", "1", []string{"404"}, true, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var asked atomic.Int64
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				said := c.said[min(int(asked.Add(1)), len(c.said))-1]
				code := map[string]int{"200": 200, "404": 404, "500": 500, "502": 502}[said]
				if r.Host != "shop.example" || r.URL.Path != c.path {
					code = 500
				} else if code == 0 {
					w.Header().Set("Location", "http://"+r.Host+said)
					code = 303
				}
				w.WriteHeader(code)
			}))
			defer s.Close()
			within := "1"
			if c.want {
				within = "60"
			}
			out, err := exec.CommandContext(t.Context(), "sh", "-c", answersProgram, "sh", "shop.example", within, c.path,
				c.times, strings.TrimPrefix(s.URL, "http://")).CombinedOutput()
			if (err == nil) != c.want || asked.Load() < c.asked || c.want != (len(out) == 0) {
				t.Errorf("%v after %d requests: %s", err, asked.Load(), out)
			}
		})
	}
}
