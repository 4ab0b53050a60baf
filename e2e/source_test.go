//go:build lab

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// sources makes repositories and packages on a host without a network: Odoo's sources
// at two revisions, as in git, with the modules that a login needs; a repository of
// modules with two tags; and wheels of a package that exists nowhere else.
const sources = `set -e
rm -rf /srv/e2e
mkdir -p /srv/e2e/odoo/addons /srv/e2e/modules/e2e_git /srv/e2e/wheels
cd /srv/e2e/odoo
leave="--exclude=i18n --exclude=tests --exclude=__pycache__"
tar -C /usr/lib/python3/dist-packages -c --exclude=i18n --exclude=__pycache__ --exclude='odoo/addons/*' odoo | tar -x
for m in __init__.py base; do tar -C /usr/lib/python3/dist-packages -c $leave odoo/addons/$m | tar -x; done
for m in base_import base_setup bus http_routing web web_editor web_kanban_gauge web_tour web_unsplash; do
	[ ! -d /usr/lib/python3/dist-packages/odoo/addons/$m ] || tar -C /usr/lib/python3/dist-packages/odoo -c $leave addons/$m | tar -x
done
cp /usr/bin/odoo odoo-bin
git_() { git -c user.name=e2e -c user.email=e2e@example.com -c init.defaultBranch=main "$@"; }
stamp() { sed -i "s/^version_info = .*/version_info = (14, 0, 0, FINAL, 0, '$1')/" odoo/release.py; }
git_ init -q
printf 'Babel\npsycopg2\ne2e-proof==1.0\n' >requirements.txt
stamp first
git_ add -A && git_ commit -q -m first
printf 'Babel\npsycopg2\ne2e-proof==2.0\n' >requirements.txt
stamp second
git_ add -A && git_ commit -q -m second

cd /srv/e2e/modules
git_ init -q
for v in 1.0 2.0; do
	touch e2e_git/__init__.py
	echo "{'name': 'From git', 'version': '$v'}" >e2e_git/__manifest__.py
	git_ add -A && git_ commit -q -m $v && git_ tag v$v
done

cd /srv/e2e/wheels
python3 - <<'PY'
import zipfile
for version in "1.0", "2.0":
    info = "e2e_proof-%s.dist-info/" % version
    with zipfile.ZipFile("e2e_proof-%s-py3-none-any.whl" % version, "w") as w:
        w.writestr("e2e_proof.py", "version = %r\n" % version)
        w.writestr(info + "METADATA", "Metadata-Version: 2.1\nName: e2e-proof\nVersion: %s\n" % version)
        w.writestr(info + "WHEEL", "Wheel-Version: 1.0\nGenerator: e2e\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        w.writestr(info + "RECORD", "")
PY
cd ../odoo && git rev-parse HEAD~1 HEAD
`

// TestSource: an Odoo from a git revision, in a virtual environment, beside another
// customer's Odoo from the package: both serve. It moves to another revision and back,
// exactly; a failure leaves it as it was. In its short form it does not move.
func TestSource(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	revisions := strings.Fields(on(t, "app1", sources))
	first, second := revisions[0], revisions[1]
	modules := filepath.Join(folder, "noisy")
	module(t, modules, "1.0")
	with := func(rev, tag, mode, extra string) string {
		return edited(t, "deployments:\n", fmt.Sprintf(`deployments:
  extra:
    odoo:
      hosts: [app1]
      version: "14.0"
      mode: %s
      workers: 1
      databases: [extra]
      dbfilter: ^extra$
      list_db: false
      http_port: 8079
      chat_port: 8082
      admin_passwd: {file: .state/secrets/admin}
      admin_login: {password: {file: .state/secrets/admin}}
      install:
        source: {git: "file:///srv/e2e/odoo", rev: %s, index: none, find_links: /srv/e2e/wheels, site_packages: true, packages: [], requirements: [%s]}
      addons: [{git: "file:///srv/e2e/modules", rev: %s}, {path: %s}]
      modules: {install: [e2e_noisy], update: [e2e_noisy]}
    postgresql: {host: db1, access: network, role: {name: extra, password: {file: .state/secrets/next}}}
    nginx: {hosts: [web1], server_name: extra.example, tls: {self_signed: true}}
`, mode, rev, extra, tag, modules))
	}
	defer func() {
		odooctl(t, "apply", "--at-once", inventory()).want(t, 0)
		on(t, "app1", "rm -rf /srv/e2e /opt/odoo-extra /etc/odoo/extra.conf /var/lib/odoo-extra /var/log/odoo-extra "+
			"/var/cache/odooctl-git; userdel odoo-extra")
		on(t, "db1", "cd / && setpriv --reuid=postgres --regid=postgres --init-groups psql -XAtq -c 'drop database if "+
			"exists extra' -c 'drop role if exists extra'")
	}()
	web := fleet.Host("web1").Address().String()
	serves := func(version string) {
		t.Helper()
		eventually(t, 30*time.Second, func() error {
			got, err := rpc(t.Context(), browser(web), "https://extra.example/web/webclient/version_info",
				map[string]any{})
			if err == nil && !strings.Contains(string(got), `"14.0`+version+`"`) {
				err = fmt.Errorf("the Odoo from source says %s, want %s", got, version)
			}
			return err
		})
	}
	// stands describes the code, the environment and the modules.
	stands := func() string {
		return on(t, "app1",
			`cd /opt/odoo-extra && readlink source venv; cat addons/modules/e2e_git/__manifest__.py; venv/bin/python3 -c 'import e2e_proof, odoo; print(e2e_proof.version, odoo.__path__[0], odoo.release.version)'; find . -path ./venv-\*/lib -prune -o -type f ! -name '*.pyc' ! -path '*/.git/*' -exec sha256sum {} + | sort -k 2 | sha256sum; ls; cd /etc/systemd/system && grep ^ExecStart odoo*.service`)
	}

	odooctl(t, "apply", with(first, "v1.0", "multiprocess", "")).want(t, 0).has(t,
		"build /opt/odoo-extra/source-"+first[:12])
	serves("first")
	login(t, "extra.example", web, "extra")
	login(t, deployments[0].name, web, deployments[0].database)
	if got := on(t, "app1", `for u in odoo odoo-extra; do set -- $(ps -o user:32=,args= -p $(systemctl show -p MainPID --value $u)); echo $1 $2 $3; done; stat -c '%U' /var/lib/odoo-extra/data; ss -ltnH | grep -c -e ':8069 ' -e ':8079 '`); got !=
		"odoo /usr/bin/python3 /usr/bin/odoo\nodoo-extra /opt/odoo-extra/venv/bin/python3 /opt/odoo-extra/source/odoo-bin\n"+
			"odoo-extra\n2\n" {
		t.Errorf("two Odoos on one host:\n%s", got)
	}
	odooctl(t, "apply", with(first, "v1.0", "multiprocess", "")).want(t, 0).has(t, "plan: 0 changes on 5 hosts")
	was := stands()

	odooctl(t, "apply", with(first, "v1.0", "multiprocess", "e2e-nowhere")).want(t, 5).has(t, "app1",
		"make /opt/odoo-extra/venv-3.9-", "e2e-nowhere", "put back")
	if now := stands(); now != was {
		t.Errorf("a package that is nowhere:\n%s\nwant:\n%s", now, was)
	}

	if !*thorough {
		return
	}
	moved := with(second, "v2.0", "wsgi", "")
	odooctl(t, "plan", moved).want(t, 0).has(t,
		"build /opt/odoo-extra/source-"+second[:12]+": "+first[:12]+" -> "+second[:12]+" of file:///srv/e2e/odoo")
	odooctl(t, "apply", moved).want(t, 0)
	serves("second")
	login(t, "extra.example", web, "extra")
	if now := stands(); !strings.Contains(now, "'2.0'") ||
		!strings.Contains(now, "\n2.0 /opt/odoo-extra/source/odoo 14.0second\n") {
		t.Errorf("the second revision stands as\n%s", now)
	}
	odooctl(t, "rollback", "last").want(t, 0)
	serves("first")
	if now := stands(); now != was {
		t.Errorf("after the rollback:\n%s\nwant:\n%s", now, was)
	}
	odooctl(t, "apply", with(first, "v1.0", "multiprocess", "")).want(t, 0).has(t, "plan: 0 changes on 5 hosts")

	t.Run("a module that logs an error", func(t *testing.T) {
		module(t, modules, "2.0")
		odooctl(t, "apply", with(first, "v1.0", "multiprocess", "")).want(t, 5).has(t, "the account is wrong",
			"Odoo ended well and had logged errors", "put back")
		serves("first")
	})
	t.Run("a Python that the Odoo does not know", func(t *testing.T) {
		odooctl(t, "plan", edited(t, `version: "19.0"`,
			"version: \"13.0\"\n      install: {source: {git: \"file:///srv/odoo\", rev: v1, packages: []}}")).want(t,
			2).
			has(t, "Odoo 13 runs on Python 3.6 to 3.9, and python3 of next1 is 3.1")
	})
}

// module writes a module whose update to 2.0 logs an error, though Odoo succeeds.
func module(t *testing.T, dir, version string) {
	t.Helper()
	for name, text := range map[string]string{
		"__init__.py":     "",
		"__manifest__.py": "{'name': 'Noisy', 'version': '" + version + "'}",
		"migrations/14.0.2.0/post-migrate.py": "import logging\n\ndef migrate(cr, version):\n" +
			"    logging.getLogger('odoo.e2e').error('the account is wrong')\n",
	} {
		file := filepath.Join(dir, "e2e_noisy", name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
