package load

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
)

var csrfToken = regexp.MustCompile(`name="csrf_token" value="([^"]+)"`)

// errExpired is what a request returns whose session Odoo does not know any more.
var errExpired = errors.New("the session has ended")

// page reads the login page, which Odoo makes with the database's help.
func (s Site) page(c *http.Client) func(context.Context) error {
	return func(ctx context.Context) error {
		text, err := s.get(ctx, c, "/web/login")
		if err == nil && !csrfToken.MatchString(text) {
			err = fmt.Errorf("/web/login is no login page: %.200s", text)
		}
		return err
	}
}

// static reads a file that no database is asked for.
func (s Site) static(c *http.Client) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := s.get(ctx, c, s.Static)
		return err
	}
}

func (s Site) get(ctx context.Context, c *http.Client, path string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+s.Name+path, nil)
	if err != nil {
		return "", err
	}
	return body(c, req)
}

// body sends a request and returns its answer. An error tells the maintenance page apart, which is a 503 that says
// when to come again.
func body(c *http.Client, req *http.Request) (string, error) {
	res, err := c.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	switch {
	case err != nil:
		return "", err
	case res.StatusCode == http.StatusServiceUnavailable && res.Header.Get("Retry-After") != "":
		return "", errPage
	case res.StatusCode != http.StatusOK:
		return "", fmt.Errorf("%s %s: %s: %.200s", req.Method, req.URL.Path, res.Status, text)
	}
	return string(text), nil
}

// call is a JSON-RPC request as Odoo's web client makes it.
func (s Site) call(ctx context.Context, c *http.Client, path string, params, result any) error {
	text, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "method": "call", "params": params})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://"+s.Name+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	// nginx before 1.27.4 closes kept connections when it reloads, even with a request on its
	// way. A browser sends that one again; Go's client does if told that it may.
	req.Header.Set("Idempotency-Key", "a browser's")
	req.Header.Set("Content-Type", "application/json")
	got, err := body(c, req)
	if err != nil {
		return err
	}
	var answer struct {
		Result json.RawMessage
		Error  *struct {
			Code    int
			Message string
			Data    struct{ Name, Message string }
		}
	}
	switch err := json.Unmarshal([]byte(got), &answer); {
	case err != nil:
		return fmt.Errorf("POST %s: %w: %.200s", path, err, got)
	case answer.Error != nil && (answer.Error.Code == 100 || strings.Contains(answer.Error.Data.Name, "SessionExpired")):
		return errExpired
	case answer.Error != nil:
		return fmt.Errorf("POST %s: %s: %s", path, answer.Error.Message, answer.Error.Data.Message)
	case result == nil:
		return nil
	}
	return json.Unmarshal(answer.Result, result)
}

// model calls a method of a model.
func (s Site) model(ctx context.Context, c *http.Client, model, method string, result any, args ...any) error {
	return s.call(ctx, c, "/web/dataset/call_kw/"+model+"/"+method, map[string]any{
		"model": model, "method": method, "args": args, "kwargs": map[string]any{},
	}, result)
}

// login logs in as a person would.
func (s Site) login(ctx context.Context, c *http.Client) error {
	page, err := s.get(ctx, c, "/web/login")
	if err != nil {
		return err
	}
	token := csrfToken.FindStringSubmatch(page)
	if token == nil {
		return fmt.Errorf("/web/login is no login page: %.200s", page)
	}
	form := url.Values{"login": {s.Login}, "password": {s.Password}, "csrf_token": {token[1]}, "redirect": {""}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://"+s.Name+"/web/login",
		strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	page, err = body(c, req)
	if err == nil && csrfToken.MatchString(page) && strings.Contains(page, `name="password"`) {
		err = fmt.Errorf("%s is not logged in to %s: wrong password?", s.Login, s.Name)
	}
	return err
}

// user is somebody who is logged in.
type user struct {
	site   Site
	client *http.Client

	mu      sync.Mutex
	created []int
	ended   int
}

// read lists partners, as the web client does.
func (u *user) read(ctx context.Context) error {
	return u.again(ctx, func() error {
		return u.site.model(ctx, u.client, "res.partner", "search_read", nil, []any{[]any{"active", "=", true}},
			[]any{"name"}, 0, 20)
	})
}

// create makes a partner, and keeps its number.
func (u *user) create(ctx context.Context) error {
	var id int
	err := u.again(ctx, func() error {
		return u.site.model(ctx, u.client, "res.partner", "create", &id, map[string]any{"name": u.site.Mark})
	})
	if err == nil {
		u.mu.Lock()
		u.created = append(u.created, id)
		u.mu.Unlock()
	}
	return err
}

// again repeats a request after a new login where the session had ended, which is counted.
func (u *user) again(ctx context.Context, request func() error) error {
	err := request()
	if !errors.Is(err, errExpired) {
		return err
	}
	u.mu.Lock()
	u.ended++
	u.mu.Unlock()
	if err := u.site.login(ctx, u.client); err != nil {
		return err
	}
	return request()
}

// missing counts what was created and is not in the database, and removes what is there, with what was not answered.
func (s Site) missing(ctx context.Context, c *http.Client, created []int) (count int, err error) {
	var found []int
	if err := s.model(ctx, c, "res.partner", "search", &found, []any{[]any{"name", "=", s.Mark}}); err != nil {
		return 0, fmt.Errorf("read back what was created: %w", err)
	}
	for _, id := range created {
		if !slices.Contains(found, id) {
			count++
		}
	}
	if err := s.model(ctx, c, "res.partner", "unlink", nil, found); err != nil {
		return 0, fmt.Errorf("remove what was created: %w", err)
	}
	return count, nil
}
