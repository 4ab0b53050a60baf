//go:build lab

package e2e

import "testing"

// flavour is the package of the lab's nginx.
const flavour = "nginx-light"

// repack makes a repository with nginx's installed package, and with a newer version of
// it.
const repack = `set -e
p=` + flavour + `
old=$(dpkg-query -W -f '${Version}' $p)
cd "$(mktemp -d)"
mkdir -p repo tree/DEBIAN
dpkg -L $p | while read -r f; do if [ -d "$f" ] && [ ! -L "$f" ]; then mkdir -p "tree$f"; else cp -a "$f" "tree$f"; fi; done
for s in preinst postinst prerm postrm; do [ ! -e /var/lib/dpkg/info/$p.$s ] || cp /var/lib/dpkg/info/$p.$s tree/DEBIAN/; done
for v in "$old" "$old.1"; do
	dpkg -s $p | sed -e '/^Status:/d' -e '/^Conffiles:/,/^[A-Z]/{/^Conffiles:/d;/^ /d}' -e "s/^Version:.*/Version: $v/" >tree/DEBIAN/control
	dpkg-deb -b tree repo/$p-$v.deb >/dev/null
	{ cat tree/DEBIAN/control; echo "Filename: ./$p-$v.deb"; echo "Size: $(stat -c %s repo/$p-$v.deb)"; echo "SHA256: $(sha256sum repo/$p-$v.deb | cut -d ' ' -f 1)"; echo; } >>repo/Packages
done
rm -rf /srv/e2e && mv repo /srv/e2e && chmod -R a+rX /srv/e2e
mkdir -p /root/e2e-sources
for f in sources.list sources.list.d; do [ ! -e /etc/apt/$f ] || mv /etc/apt/$f /root/e2e-sources/; done
mkdir /etc/apt/sources.list.d
echo 'deb [trusted=yes] file:/srv/e2e ./' >/etc/apt/sources.list.d/e2e.list
touch -d '2 days ago' /var/lib/apt/lists`

// TestPackageUpgrade: nginx's package is upgraded if possible, once its lists were
// fetched, and goes back to the previous version.
func TestPackageUpgrade(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	const which = "dpkg-query -W -f '${Package} ${Version}\n' " + flavour
	was := on(t, "web1", which)
	on(t, "web1", repack)
	defer on(t, "web1", `rm -rf /srv/e2e /etc/apt/sources.list.d; mv /root/e2e-sources/* /etc/apt/; rmdir /root/e2e-sources`)
	run := func(verb string) result {
		return odooctl(t, verb, "-l", "web1", "-t", "package.lists,nginx.upgrade", "--playbook", "package-upgrade",
			inventory())
	}
	on(t, "web1", "apt-mark hold "+flavour)
	run("apply").want(t, 0).has(t, "fetch the lists of packages", "web1: "+flavour+" stays at", "it is held")
	on(t, "web1", "apt-mark unhold "+flavour)
	run("apply").want(t, 0).has(t, " -> ", ".1")
	if now := on(t, "web1", which); now == was {
		t.Errorf("nginx is still %s", now)
	}
	run("plan").want(t, 0).has(t, "plan: 0 changes")
	odooctl(t, "rollback", "last").want(t, 0)
	if now := on(t, "web1", which); now != was {
		t.Errorf("nginx is %s, and was %s", now, was)
	}
	if res := ask(t, "web1", "GET", "https://"+shop+"/web/login"); res.StatusCode != 200 {
		t.Error(res.Status)
	}
	odooctl(t, "plan", "--detailed-exitcode", inventory()).want(t, 0)
}
