//go:build lab

package e2e

import "testing"

// anOdoo answers whatever it is asked, as an Odoo that somebody has started by hand would.
const anOdoo = `systemd-run -q --unit e2e-another --collect python3 -c 'import http.server, threading
class Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"<input name=\"login\">")
    do_POST = do_GET
for port in 8069, 8072:
    threading.Thread(target=http.server.ThreadingHTTPServer(("0.0.0.0", port), Answers).serve_forever).start()
'; until curl -fs -o /dev/null http://127.0.0.1:8069 && curl -fs -o /dev/null http://127.0.0.1:8072; do sleep 0.2; done`

// TestAnotherOdoo: the answer of another program on Odoo's ports proves nothing, and a drop-in that starts Odoo with
// other files is no Odoo as planned.
func TestAnotherOdoo(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	defer odooctl(t, "apply", "--at-once", inventory())

	t.Run("on its ports", func(t *testing.T) {
		on(t, "app2", "systemctl stop odoo && "+anOdoo)
		defer on(t, "app2", "systemctl stop e2e-another")
		odooctl(t, "apply", "-l", "app2", "--no-diff", "--at-once", inventory()).want(t, 5).has(t,
			"port 80", "is taken by python3 (process ", "which is no part of odoo.service")
	})
	t.Run("by a drop-in", func(t *testing.T) {
		dir := "/etc/systemd/system/odoo.service.d"
		defer on(t, "app2",
			"rm -f "+dir+"/zz-admin.conf /etc/odoo/other.conf && systemctl daemon-reload && systemctl restart odoo")
		on(t, "app2", "cp -p /etc/odoo/odoo.conf /etc/odoo/other.conf && "+
			"printf '[Service]\\nExecStart=\\nExecStart=/usr/bin/odoo -c /etc/odoo/other.conf\\n' >"+
			dir+"/zz-admin.conf && systemctl daemon-reload && systemctl restart odoo")
		odooctl(t, "plan", "-l", "app2", inventory()).want(t, 2).has(t,
			dir+"/zz-admin.conf:3: odoo.service reads /etc/odoo/other.conf there")
	})
	odooctl(t, "apply", "-l", "app2", "--at-once", inventory()).want(t, 0)
	odooctl(t, "plan", "--detailed-exitcode", inventory()).want(t, 0)
}
