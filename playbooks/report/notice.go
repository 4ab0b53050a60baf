package report

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
	"slices"
	"strings"
	"time"

	"odooctl/inventory"
	"odooctl/playbooks/run"
	"odooctl/remote"
	"odooctl/tasks"
)

// How often a notice is sent until it succeeds, and how long one try may take.
const (
	noticeTries  = 3
	noticeWithin = 10 * time.Second
)

// Notice is what is sent when a run has ended.
type Notice struct {
	Text   string          `json:"text"` // one sentence, as Slack's incoming webhooks take it
	Report *ReportDocument `json:"report"`
}

// Notifier sends how runs ended to the addresses that the inventory names.
type Notifier struct {
	Inventory *inventory.Inventory
	Version   string                                     // of the program, for the header User-Agent
	HTTP      *http.Client                               // nil: one that follows no redirection
	Sleep     func(context.Context, time.Duration) error // before another try; nil: remote.Sleep
	Event     func(run.Event)                            // takes warnings, without secrets
}

// Tell sends how a run ended to all addresses. A failure to do so is a warning, and changes
// nothing about the run. It is an Options.Ended.
func (t *Notifier) Tell(ctx context.Context, r *run.Report) {
	for _, n := range t.Inventory.Notify {
		switch {
		case n.On == inventory.OnFailed && r.Exit() == 0:
			continue
		case (n.On == "" || n.On == inventory.OnChanged) && r.Exit() == 0 && r.Changes() == 0:
			continue
		}
		if err := t.tellOne(ctx, n, r); err != nil {
			t.Event(run.Event{Text: t.Inventory.Revealed().Hide(fmt.Sprintf("warning: %s: notify: %v", n.Pos, err))})
		}
	}
}

func (t *Notifier) tellOne(ctx context.Context, n inventory.Notice, r *run.Report) error {
	address, err := n.URL.Reveal()
	if err != nil {
		return err
	}
	// An error of net/url would contain the address.
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return errors.New("the secret is not an address such as https://chat.example.com/hooks/1")
	}
	t.Inventory.Revealed().Add(u.RequestURI()) // the part of the address that is secret
	body, err := json.Marshal(Notice{Text: sentence(r), Report: NewReportDocument(r)})
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		again, err := t.post(ctx, address, body)
		if err == nil || !again || try == noticeTries {
			return err
		}
		if wait := t.sleep(ctx, time.Duration(try)*time.Second); wait != nil {
			return err
		}
	}
}

// post sends it once, and reports whether another try makes sense. The error does not
// contain the address, which is a secret.
func (t *Notifier) post(ctx context.Context, address string, body []byte) (again bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, noticeWithin)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return false, errors.New("the secret is not an address")
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "odooctl/"+t.Version)
	res, err := t.client().Do(req)
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
func sentence(r *run.Report) string {
	text := fmt.Sprintf("odooctl %s of %s", r.Begun.Verb, filepath.Base(r.Begun.Inventory))
	if r.Begun.Playbook != "" && r.Begun.Playbook != "site" {
		text += " with " + strings.TrimSuffix(filepath.Base(r.Begun.Playbook), ".yaml")
	}
	how := "done"
	if code := r.Exit(); r.Interrupted {
		how = "interrupted"
	} else if code != 0 {
		how = fmt.Sprintf("failed, exit %d", code)
	}
	text += fmt.Sprintf(": %s, %s on %s", how, tasks.Plural(r.Changes(), "change"), tasks.Plural(len(r.Outcomes), "host"))
	for _, g := range r.Groups() {
		if r.Exit() != 0 {
			text += fmt.Sprintf("; %d %s", len(g.Hosts), g.Fate)
		}
		if r.Exit() != 0 && !slices.Contains([]string{"updated", "unchanged", "untouched"}, g.Fate) {
			text += ": " + strings.Join(g.Hosts[:min(len(g.Hosts), 10)], ", ")
		}
	}
	return text + " (run " + r.Run + ")"
}

func (t *Notifier) sleep(ctx context.Context, d time.Duration) error {
	if t.Sleep == nil {
		return remote.Sleep(ctx, d)
	}
	return t.Sleep(ctx, d)
}

func (t *Notifier) client() *http.Client {
	if t.HTTP == nil {
		return &http.Client{CheckRedirect: stays}
	}
	return t.HTTP
}

// stays follows no redirection: the notice goes to the address in the inventory only.
func stays(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
