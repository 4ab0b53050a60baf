package load

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// site is an Odoo as far as the users see it. It forgets sessions, loses a record and is closed on demand.
type site struct {
	mu       sync.Mutex
	sessions map[string]bool
	partners map[int]bool
	open     sync.WaitGroup // websockets that are expected
	cut      chan struct{}  // closed when the websockets break
	shut     bool           // shows the maintenance page
	broken   bool           // answers 502
	refused  map[string]int // requests of each kind since one of the two began
}

func (s *site) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /web/login", func(w http.ResponseWriter, _ *http.Request) {
		w.Write([]byte(`<input type="hidden" name="csrf_token" value="x"/>`))
	})
	mux.HandleFunc("POST /web/login", func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("password") != "right" {
			w.Write([]byte(`<input name="csrf_token" value="x"/><input name="password"/>`))
			return
		}
		id := time.Now().String()
		s.sessions[id] = true
		http.SetCookie(w, &http.Cookie{Name: "session_id", Value: id, Path: "/"})
	})
	mux.HandleFunc("GET /base/static/description/icon.png", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("POST /longpolling/poll", func(w http.ResponseWriter, r *http.Request) {
		s.mu.Unlock()
		io.Copy(io.Discard, r.Body) // or the server does not notice that the client left
		<-r.Context().Done()
		s.mu.Lock()
	})
	mux.HandleFunc("POST /web/dataset/call_kw/res.partner/{method}", func(w http.ResponseWriter, r *http.Request) {
		cookie, err := r.Cookie("session_id")
		if err != nil || !s.sessions[cookie.Value] {
			w.Write([]byte(`{"error": {"code": 100, "message": "Odoo Session Expired", "data": {"name": "odoo.http.SessionExpiredException"}}}`))
			return
		}
		var result any = true
		switch r.PathValue("method") {
		case "create":
			id := len(s.partners) + 1
			s.partners[id] = true
			result = id
		case "search":
			list := []int{}
			for id, there := range s.partners {
				if there {
					list = append(list, id)
				}
			}
			result = list
		}
		json.NewEncoder(w).Encode(map[string]any{"result": result})
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/websocket" {
			conn, err := websocket.Accept(w, r, nil)
			if err != nil {
				return
			}
			select {
			case <-s.cut:
			default:
				s.open.Done()
			}
			ctx := conn.CloseRead(r.Context())
			select {
			case <-ctx.Done():
			case <-s.cut:
				conn.CloseNow()
			}
			return
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.broken || s.shut {
			s.refused[fmt.Sprint(r.URL.Path, " ", r.Close)]++ // only fresh ones close
		}
		switch {
		case s.broken:
			w.WriteHeader(http.StatusBadGateway)
		case s.shut:
			w.Header().Set("Retry-After", "60")
			w.WriteHeader(http.StatusServiceUnavailable)
		default:
			mux.ServeHTTP(w, r)
		}
	})
}

// begin serves a site, and lets users work on it until the test calls end.
func begin(t *testing.T) (*site, func() Report) {
	t.Helper()
	s := &site{sessions: map[string]bool{}, partners: map[int]bool{}, cut: make(chan struct{})}
	s.open.Add(2)
	server := httptest.NewUnstartedServer(s.handler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // handshakes that end with the load
	server.StartTLS()
	t.Cleanup(server.Close)
	address := server.Listener.Addr().String()
	ctx, cancel := context.WithCancel(t.Context())
	type ended struct {
		report Report
		err    error
	}
	done := make(chan ended, 1)
	go func() {
		host, port, _ := strings.Cut(address, ":")
		report, err := Run(ctx, Site{Name: "example.com:" + port, Address: host, Login: "admin", Password: "right",
			Mark: "mark"},
			Mix{Pages: 1, Fresh: 1, Statics: 1, Users: 2, Polls: 2, Sockets: 2, Pace: 5 * time.Millisecond, Now: time.Now})
		done <- ended{report, err}
	}()
	return s, func() Report {
		t.Helper()
		cancel()
		select {
		case e := <-done:
			if e.err != nil {
				t.Fatal(e.err)
			}
			t.Logf("\n%s", e.report)
			return e.report
		case <-time.After(time.Minute):
			t.Fatal("the users do not stop")
		}
		panic("unreachable")
	}
}

// created waits until so many records more are there.
func (s *site) created(t *testing.T, count int) {
	t.Helper()
	s.mu.Lock()
	count += len(s.partners)
	s.mu.Unlock()
	for range 6000 {
		s.mu.Lock()
		n := len(s.partners)
		s.mu.Unlock()
		if n >= count {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("there are no %d records within a minute", count)
}

// refuse shows the page or is broken until a request of every kind has met that.
func (s *site) refuse(t *testing.T, shut, broken bool) {
	t.Helper()
	s.mu.Lock()
	s.shut, s.broken, s.refused = shut, broken, map[string]int{}
	s.mu.Unlock()
	want := []string{"/web/login false", "/web/login true", "/base/static/description/icon.png false",
		"/web/dataset/call_kw/res.partner/search_read false", "/web/dataset/call_kw/res.partner/create false"}
	for range 6000 {
		s.mu.Lock()
		met := !slices.ContainsFunc(want, func(kind string) bool { return s.refused[kind] == 0 })
		s.mu.Unlock()
		if met {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("within a minute there were only %v", s.refused)
}

func TestNothingIsLost(t *testing.T) {
	s, end := begin(t)
	s.created(t, 20)
	r := end()
	if len(r.Kinds) != 7 || r.Lost() != 0 || r.Missing != 0 || r.SessionsEnded != 0 || r.Created == 0 {
		t.Errorf("%+v", r)
	}
}

// TestWhatUsersNotice: errors, the page, sessions that ended, records that are gone and websockets that broke are told
// apart.
func TestWhatUsersNotice(t *testing.T) {
	s, end := begin(t)
	s.created(t, 5)
	s.refuse(t, true, false)
	s.refuse(t, false, true)
	s.open.Wait()
	close(s.cut)
	s.mu.Lock()
	s.broken, s.partners[1], s.sessions = false, false, map[string]bool{}
	s.mu.Unlock()
	s.created(t, 10)
	r := end()
	if r.Missing != 1 || r.SessionsEnded == 0 || r.Gap() == 0 {
		t.Errorf("%+v", r)
	}
	for _, c := range r.Kinds {
		if c.Kind == "websockets" && (c.Breaks < 2 || c.Lost > 0) {
			t.Errorf("%+v", c)
		}
		if strings.Contains("pages fresh static reads creates", c.Kind) && (c.Lost == 0 || c.Page == 0 ||
			c.Lost+c.Page >= c.Sent) {
			t.Errorf("%+v", c)
		}
	}
}

func TestWrongPassword(t *testing.T) {
	s := &site{sessions: map[string]bool{}}
	server := httptest.NewTLSServer(s.handler())
	defer server.Close()
	host, port, _ := strings.Cut(server.Listener.Addr().String(), ":")
	_, err := Run(t.Context(), Site{Name: "example.com:" + port, Address: host, Login: "admin", Password: "wrong"},
		Mix{Users: 1, Now: time.Now})
	if err == nil || !strings.Contains(err.Error(), "wrong password") {
		t.Error(err)
	}
}

// TestGap: a gap is the longest time between two answers, and ends with the load.
func TestGap(t *testing.T) {
	now := time.Unix(0, 0)
	tally := newTally("pages", func() time.Time { return now })
	ask := func(after time.Duration, err error) {
		tally.ask(t.Context(), func(context.Context) error { now = now.Add(after); return err })
	}
	ask(time.Second, nil)
	ask(2*time.Second, errors.New("502"))
	ask(3*time.Second, errPage)
	ask(time.Second, nil)
	now = now.Add(4 * time.Second)
	if got, want := tally.end(), (Count{Kind: "pages", Sent: 4, Lost: 1, Page: 1, Gap: 6 * time.Second, Slow: time.Second,
		Error: "502"}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// TestWaits: a wait that breaks is begun again and not lost, one that is not begun again for too long is, and the page
// is worth an answer.
func TestWaits(t *testing.T) {
	now := time.Unix(0, 0)
	c := &crowd{mix: Mix{Now: func() time.Time { return now }}}
	w := waiter{tally: c.tally("polls"), patience: 30 * time.Second, cut: now, heard: now}
	broke := errors.New("502")
	for _, step := range []struct {
		after, held time.Duration // the wait had a connection for the last part of that time
		err         error
		want        Count
	}{
		{50 * time.Second, 50 * time.Second, nil, Count{Sent: 1}},
		{10 * time.Second, 9 * time.Second, broke, Count{Sent: 2, Gap: time.Second, Breaks: 1, Error: "502"}},
		{29 * time.Second, 0, broke, Count{Sent: 3, Gap: 29 * time.Second, Breaks: 1, Error: "502"}},
		{20 * time.Second, 20 * time.Second, nil, Count{Sent: 4, Gap: 29 * time.Second, Breaks: 1, Error: "502"}},
		{29 * time.Second, 0, errPage, Count{Sent: 5, Gap: 29 * time.Second, Breaks: 1, Page: 1, Error: "502"}},
		{29 * time.Second, 0, broke, Count{Sent: 6, Gap: 58 * time.Second, Breaks: 1, Page: 1, Error: "502"}},
		{time.Second, 0, broke, Count{Sent: 7, Gap: 59 * time.Second, Breaks: 1, Page: 1, Lost: 1, Error: "502"}},
	} {
		var since time.Time
		if now = now.Add(step.after); step.held > 0 {
			since = now.Add(-step.held)
		}
		w.ended(since, step.err)
		if w.tally.count.Kind = ""; w.tally.count != step.want {
			t.Errorf("%+v, want %+v", w.tally.count, step.want)
		}
	}
}

func TestAdd(t *testing.T) {
	r := Report{Kinds: []Count{{Kind: "pages", Sent: 2, Gap: 1}}, Created: 1}
	r.Add(Report{Kinds: []Count{{Kind: "pages", Sent: 3, Lost: 1, Gap: 5}, {Kind: "polls", Sent: 1, Breaks: 4}},
		Created: 2, Missing: 1, SessionsEnded: 1})
	if r.Sent() != 6 || r.Breaks() != 4 || r.Lost() != 1 || r.Gap() != 5 || r.Created != 3 ||
		r.Missing != 1 || r.SessionsEnded != 1 {
		t.Errorf("%+v", r)
	}
}
