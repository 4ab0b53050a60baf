//go:build lab

package e2e

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestBrowser: a real browser logs in over HTTPS through nginx, and live chat stays
// connected: in Odoo 19 by a websocket, in Odoo 14 by a long poll. With
// ODOOCTL_SCREENSHOTS=FOLDER screenshots are kept there.
func TestBrowser(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	password, err := os.ReadFile(filepath.Join(folder, ".state", "secrets", "admin"))
	if err != nil {
		t.Fatal(err)
	}
	for _, site := range []struct{ odoo, name, host, deployment, opened string }{
		{"odoo14", company, "web1", "mycompany", "true"},
		{"odoo19", other, "next1", "next", `indexedDB.databases().then(all => all.some(db => db.name == "localization"))`},
	} {
		if site.odoo == "odoo14" && !*thorough { // it installs a module
			continue
		}
		t.Run(site.odoo, func(t *testing.T) {
			c := openChromium(t, map[string]string{site.name: fleet.Host(site.host).Address().String()},
				spki(t, site.host, site.deployment))
			page := c.open("https://" + site.name + "/web/login")
			c.logIn(page, site.opened, "admin", strings.TrimSpace(string(password)))
			c.screenshot(page, site.odoo)
			if site.odoo == "odoo19" {
				c.hasWebsocket("wss://" + site.name + "/websocket")
			} else {
				// A new database has no module with live chat.
				visit := func(path string) {
					c.do(page, "Page.navigate", map[string]any{"url": "https://" + site.name + path}, nil)
				}
				visit("/web/static/src/img/favicon.ico")
				bus := "[" + c.call(page, "search", `[[["name", "=", "bus"]]]`) + "]"
				defer func() {
					visit("/web/static/src/img/favicon.ico")
					c.call(page, "button_immediate_uninstall", bus)
				}()
				c.call(page, "button_immediate_install", bus)
				visit("/web?chat")
				c.until(page,
					`location.search == "?chat" && `+showsApps+` && odoo.__DEBUG__.services["web.web_client"].call("bus_service", "startPolling") === undefined`)
				c.hasLongPoll("https://" + site.name + "/longpolling/poll")
			}
		})
	}
}

// spki is the digest of the key of a site's certificate, in Chromium's format.
func spki(t *testing.T, host, deployment string) string {
	t.Helper()
	out := on(t, host, fmt.Sprintf("openssl x509 -in /etc/nginx/odooctl/%s.pem -noout -pubkey | openssl pkey -pubin "+
		"-outform der | openssl dgst -sha256 -binary | base64", deployment))
	return strings.TrimSpace(out)
}

// open opens a page, and makes the browser report network traffic: of the page, and of
// its workers.
func (c *chromium) open(address string) (session string) {
	c.t.Helper()
	var target struct{ TargetID string }
	c.do("", "Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	c.do("", "Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	page := attached.SessionID
	for _, method := range []string{"Network.enable", "Page.enable", "Runtime.enable"} {
		c.do(page, method, map[string]any{}, nil)
	}
	c.do(page, "Page.navigate", map[string]any{"url": address}, nil)
	return page
}

// watchWorkers resumes every worker once its network is watched. It is paused until
// then.
func (c *chromium) watchWorkers() {
	if c.send("", "Target.setAutoAttach", map[string]any{"autoAttach": true, "waitForDebuggerOnStart": true,
		"flatten": true,
		"filter": []map[string]any{{"type": "shared_worker"}, {"type": "worker"},
			{"type": "service_worker"}}}, nil) != nil {
		return
	}
	for next := 0; ; {
		c.mu.Lock()
		events, more := c.all[next:], c.new
		next = len(c.all)
		c.mu.Unlock()
		for _, e := range events {
			var p struct{ SessionID string }
			if e.Method != "Target.attachedToTarget" || json.Unmarshal(e.Params, &p) != nil {
				continue
			}
			// One that has ended meanwhile answers with an error; those after it wait all the same.
			c.send(p.SessionID, "Network.enable", map[string]any{}, nil)
			c.send(p.SessionID, "Runtime.runIfWaitingForDebugger", map[string]any{}, nil)
		}
		select {
		case <-more:
		case <-c.t.Context().Done():
			return
		}
	}
}

// eval returns the value of an expression in the page.
func (c *chromium) eval(page, expression string, out any) error {
	var res struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails *struct{ Text string }
	}
	if err := c.send(page, "Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true,
		"awaitPromise": true}, &res); err != nil {
		return err
	}
	if res.ExceptionDetails != nil {
		return fmt.Errorf("%s: %s", expression, res.ExceptionDetails.Text)
	}
	return json.Unmarshal(res.Result.Value, out)
}

// until waits for an expression, or what it promises, to be true in the page. A page that hangs is reloaded,
// as a person would do: while an Odoo generates its assets, a slow machine may get a
// page that never starts.
func (c *chromium) until(page, expression string) {
	c.t.Helper()
	loaded := time.Now()
	eventually(c.t, 4*time.Minute, func() error {
		var ok bool
		err := c.eval(page, "Promise.resolve("+expression+").then(Boolean)", &ok)
		if err == nil && ok {
			return nil
		}
		var there string
		c.eval(page, "location.href + ' ' + document.readyState + ': ' + document.body?.innerText", &there)
		if time.Since(loaded) > time.Minute {
			loaded = time.Now()
			c.t.Logf("loaded again: %.200s", there)
			c.do(page, "Page.reload", map[string]any{}, nil)
		}
		return fmt.Errorf("%s never came: %v; the page is %.500s\n%s", expression, err, there, c.complaints())
	})
}

// complaints are exceptions of pages, and what they could not load.
func (c *chromium) complaints() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var said strings.Builder
	for _, e := range c.all {
		if e.Method == "Runtime.exceptionThrown" || e.Method == "Network.loadingFailed" {
			fmt.Fprintf(&said, "%s %.1000s\n", e.Method, e.Params)
		}
	}
	return said.String()
}

// logIn fills in the form of the login page, and waits for the web client. The page of Odoo 19 opens databases of the
// browser, later than it shows the form: if it is left meanwhile, Chromium 156 never opens these again, and the web
// client waits for them for ever. It is left once the expression opened is true.
func (c *chromium) logIn(page, opened, login, password string) {
	c.t.Helper()
	c.until(page, `document.readyState == "complete" && document.querySelector("form.oe_login_form, form[action*=login]")`)
	c.until(page, opened)
	fill, err := json.Marshal([]string{login, password})
	if err != nil {
		c.t.Fatal(err)
	}
	var secure bool
	if err := c.eval(page, `(([l, p]) => {
		const f = document.querySelector("input[name=password]").form
		f.querySelector("input[name=login]").value = l
		f.querySelector("input[name=password]").value = p
		f.submit()
		return window.isSecureContext
	})(`+string(fill)+`)`, &secure); err != nil || !secure {
		c.t.Fatalf("log in: %v; the page is secure: %v", err, secure)
	}
	c.until(page, showsApps)
}

// showsApps recognizes the first page of the web client, with the list of modules.
const showsApps = `document.querySelector(".o_user_menu") && document.querySelector(".o_kanban_record") && document.querySelector(".o_kanban_record img")?.naturalWidth`

// call calls a method of the modules' model as the page's user, and returns the result
// as JSON.
func (c *chromium) call(page, method, args string) string {
	c.t.Helper()
	c.until(page, `document.readyState == "complete"`)
	var out string
	if err := c.eval(page, fmt.Sprintf(`fetch("/web/dataset/call_kw", {method: "POST", headers: {"Content-Type": "application/json"},
		body: JSON.stringify({jsonrpc: "2.0", method: "call", params: {model: "ir.module.module", method: %q, args: %s, kwargs: {}}})}).then(r => r.text())`, method, args), &out); err != nil {
		c.t.Fatal(err)
	}
	var answer struct{ Result, Error json.RawMessage }
	if err := json.Unmarshal([]byte(out), &answer); err != nil || answer.Error != nil {
		c.t.Fatalf("%s %s: %v %.1000s", method, args, err, out)
	}
	return string(answer.Result)
}

// screenshot saves a screenshot if the test's caller wants it.
func (c *chromium) screenshot(page, name string) {
	c.t.Helper()
	var shot struct{ Data string }
	c.do(page, "Page.captureScreenshot", map[string]any{"format": "png"}, &shot)
	image, err := base64.StdEncoding.DecodeString(shot.Data)
	if err != nil || len(image) < 2000 {
		c.t.Fatalf("the screenshot has %d bytes: %v", len(image), err)
	}
	if dir := os.Getenv("ODOOCTL_SCREENSHOTS"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name+".png"), image, 0o644); err != nil {
			c.t.Fatal(err)
		}
	}
}

// hasWebsocket: the web client opens one, the answer is 101, and it stays open.
func (c *chromium) hasWebsocket(address string) {
	c.t.Helper()
	var made struct{ RequestID, URL string }
	c.await("websocket", time.Minute, func(e event) bool {
		return e.Method == "Network.webSocketCreated" && json.Unmarshal(e.Params, &made) == nil &&
			strings.HasPrefix(made.URL, address)
	})
	c.await("answer to the websocket's handshake", time.Minute, func(e event) bool {
		var p struct {
			RequestID string
			Response  struct{ Status int }
		}
		if e.Method != "Network.webSocketHandshakeResponseReceived" || json.Unmarshal(e.Params, &p) != nil ||
			p.RequestID != made.RequestID {
			return false
		}
		c.t.Logf("%s: %d", made.URL, p.Response.Status)
		return p.Response.Status == 101
	})
	c.staysOpen(made.RequestID, "Network.webSocketClosed", "Network.webSocketFrameError")
}

// hasLongPoll: the web client sends a request, and gets no answer for a while.
func (c *chromium) hasLongPoll(address string) {
	c.t.Helper()
	var asked struct {
		RequestID string
		Request   struct{ URL string }
	}
	c.await("long poll", time.Minute, func(e event) bool {
		return e.Method == "Network.requestWillBeSent" && json.Unmarshal(e.Params, &asked) == nil &&
			strings.HasPrefix(asked.Request.URL, address)
	})
	c.t.Logf("%s is asked", asked.Request.URL)
	c.staysOpen(asked.RequestID, "Network.loadingFinished", "Network.loadingFailed")
}

// staysOpen watches for three seconds whether one of these events ends the request.
func (c *chromium) staysOpen(request string, ends ...string) {
	c.t.Helper()
	time.Sleep(3 * time.Second)
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, e := range c.all {
		var p struct{ RequestID string }
		for _, end := range ends {
			if e.Method == end && json.Unmarshal(e.Params, &p) == nil && p.RequestID == request {
				c.t.Errorf("it did not stay open: %s %s", e.Method, e.Params)
			}
		}
	}
}
