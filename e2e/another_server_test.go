//go:build lab

package e2e

import "testing"

// TestAnotherServer: an nginx that somebody has started by hand proves nothing of the service, and drop-ins that start
// nginx or PostgreSQL with other files are an error of the plan.
func TestAnotherServer(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	defer odooctl(t, "apply", "--at-once", inventory())
	plan := func(t *testing.T, host string) result { return odooctl(t, "plan", "-l", host, inventory()) }
	dropIn := func(t *testing.T, host, unit, lines string) (path string, remove func()) {
		dir := "/etc/systemd/system/" + unit + ".d"
		on(t, host, "mkdir -p "+dir+" && printf '"+lines+"' >"+dir+"/zz-admin.conf && systemctl daemon-reload")
		return dir + "/zz-admin.conf", func() {
			on(t, host, "rm -f "+dir+"/zz-admin.conf && rmdir --ignore-fail-on-non-empty "+dir+" && systemctl daemon-reload")
		}
	}
	t.Run("an nginx of somebody", func(t *testing.T) {
		on(t, "web1", "systemctl stop nginx && nginx")
		defer on(t, "web1", "nginx -s quit; while pgrep -x nginx >/dev/null; do sleep 0.1; done; systemctl start nginx")
		odooctl(t, "apply", "-l", "web1", "--at-once", inventory()).want(t, 5).has(t, ":80 is taken by nginx (process ",
			"stop that program")
	})
	t.Run("nginx with other files", func(t *testing.T) {
		on(t, "web1", "cp -p /etc/nginx/nginx.conf /etc/nginx/other.conf")
		defer on(t, "web1", "rm -f /etc/nginx/other.conf")
		file, remove := dropIn(t, "web1", "nginx.service",
			`[Service]\nExecStart=\nExecStart=/usr/sbin/nginx -c /etc/nginx/other.conf\n`)
		defer remove()
		plan(t, "web1").want(t, 2).has(t, file+":3: nginx.service reads /etc/nginx/other.conf there")
		on(t, "web1", "systemctl restart nginx && rm "+file+" && systemctl daemon-reload")
		plan(t, "web1").want(t, 0).has(t, "restart nginx.service: it was started with /etc/nginx/other.conf")
		odooctl(t, "apply", "-l", "web1", "--at-once", inventory()).want(t, 0)
		plan(t, "web1").want(t, 0).has(t, "plan: 0 changes")
	})
	t.Run("PostgreSQL with other files", func(t *testing.T) {
		file, remove := dropIn(t, "db1", "postgresql@.service",
			`[Service]\nExecStart=\nExecStart=-/usr/bin/pg_ctlcluster --skip-systemctl-redirect 15-copy start\n`)
		defer remove()
		plan(t, "db1").want(t, 2).has(t, file+":3: postgresql@", " starts the cluster 15-copy there")
	})
	plan(t, "web1,db1").want(t, 0).has(t, "plan: 0 changes")
}
