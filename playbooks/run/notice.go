package run

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"odooctl/inventory"
	"odooctl/tasks"
)

// How often it is tried to tell somebody how a run ended, and how long one try may
// take.
const (
	noticeTries  = 3
	noticeWithin = 10 * time.Second
)

// Notice is what is sent when a run has ended.
type Notice struct {
	Text   string          `json:"text"` // in a sentence, as Slack's incoming webhooks take it
	Report *ReportDocument `json:"report"`
}

// tell sends how the run ended to everybody who wants to know. That it cannot be
// told changes nothing about the run.
func (s *session) tell(ctx context.Context, r *Report) {
	ctx, cancel := s.running(ctx)
	defer cancel()
	for _, n := range s.inv.Notify {
		switch {
		case n.On == inventory.OnFailed && r.Exit() == 0:
			continue
		case (n.On == "" || n.On == inventory.OnChanged) && r.Exit() == 0 && r.Changes() == 0:
			continue
		}
		if err := s.tellOne(ctx, n, r); err != nil {
			s.opts.Event(Event{"", fmt.Sprintf("warning: %s: notify: %v", n.Pos, err)})
		}
	}
}

func (s *session) tellOne(ctx context.Context, n inventory.Notice, r *Report) error {
	address, err := n.URL.Reveal()
	if err != nil {
		return err
	}
	// An error of net/url would show the address.
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return errors.New("the secret is no address such as https://chat.example.com/hooks/1")
	}
	s.inv.Revealed().Add(u.RequestURI()) // which is what others must not know of it
	body, err := json.Marshal(Notice{Text: s.sentence(r), Report: r.Document()})
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		again, err := s.post(ctx, address, body)
		if err == nil || !again || try == noticeTries {
			return err
		}
		if wait := s.opts.Sleep(ctx, time.Duration(try)*time.Second); wait != nil {
			return err
		}
	}
}

// post sends it once, and reports whether it may do better later. The error does not
// have the address, which is a secret.
func (s *session) post(ctx context.Context, address string, body []byte) (again bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, noticeWithin)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return false, errors.New("the secret is no address")
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "odooctl/"+s.opts.Version)
	res, err := s.opts.HTTP.Do(req)
	if told := (*url.Error)(nil); errors.As(err, &told) {
		err = told.Err
	}
	if err != nil {
		return true, err
	}
	defer res.Body.Close()
	said, _ := io.ReadAll(io.LimitReader(res.Body, 200))
	if res.StatusCode/100 == 2 {
		return false, nil
	}
	again = res.StatusCode/100 == 5 || res.StatusCode == http.StatusTooManyRequests
	return again, fmt.Errorf("it answered %s", tasks.Printable(strings.TrimSpace(res.Status+" "+string(said))))
}

// sentence says how the run ended.
func (s *session) sentence(r *Report) string {
	text := fmt.Sprintf("odooctl %s of %s", s.about.Verb, filepath.Base(s.about.Inventory))
	if s.about.Playbook != "" && s.about.Playbook != "site" {
		text += " with " + strings.TrimSuffix(filepath.Base(s.about.Playbook), ".yaml")
	}
	how := "done"
	if code := r.Exit(); code == exitInterrupted {
		how = "interrupted"
	} else if code != 0 {
		how = fmt.Sprintf("failed, exit %d", code)
	}
	text += fmt.Sprintf(": %s, %s on %s", how, tasks.Plural(r.Changes(), "change"), tasks.Plural(len(r.Outcomes), "host"))
	for _, g := range r.Groups() {
		if r.Exit() != 0 {
			text += fmt.Sprintf("; %d %s", len(g.Hosts), g.Fate)
		}
		if r.Exit() != 0 && g.Fate != "updated" && g.Fate != "untouched" {
			text += ": " + strings.Join(g.Hosts[:min(len(g.Hosts), 10)], ", ")
		}
	}
	return text + " (run " + r.Run + ")"
}

// stays follows no redirection: what is sent is for whom the inventory names.
func stays(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
