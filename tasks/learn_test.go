package tasks

import (
	"strings"
	"testing"
	"time"

	"odooctl/inventory"
)

// asking returns a host that was asked for something of every kind.
func asking(tb testing.TB) *Picture {
	tb.Helper()
	inv, err := inventory.Parse("inventory.yaml", []byte("hosts:\n  h: {address: 192.0.2.1}\n"), inventory.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	f := NewFleet(inv, time.Unix(0, 0))
	stage := Stage{Name: "test", Hosts: inv.Hosts, Tasks: []NamedTask{{"test", taskFunc(func(h *Host) error {
		h.File("/etc/a")
		h.Glob("/etc/*.conf")
		h.Directory("/etc/b/c", "root", "root", 0o755)
		h.Unit("a.service")
		h.Unit("b.service")
		h.User("odoo", "/var/lib/odoo", "/bin/sh")
		h.Command(Command{Title: "t", Run: "true", Unless: "false"})
		if _, err := h.Package("nginx"); err != nil {
			return err
		}
		h.Output("echo a")
		return nil
	})}}}
	f.Plan([]Stage{stage})
	return f.Host("h")
}

// hostKey is the key that the tests' hosts draw.
const hostKey = "0123456789abcdef"

// answer joins sections as a host prints them.
func answer(sections ...string) string {
	b := "\n@nonce " + hostKey + "\n"
	for i := 0; i < len(sections); i += 2 {
		b += "\n@" + hostKey + " " + sections[i] + "\n" + sections[i+1]
	}
	return b + "\n@" + hostKey + " end\n"
}

const goodFacts = "hostname h\ncpus 2\nmemory 4000000\nos ID=debian\nos VERSION_ID=\"12\"\nsystemd 1\n" +
	"time 1795348800\naddress 192.0.2.1/24\nnginx 1.22.1\nopenssl 3.0.16\n" +
	"odoo version_info = (14, 0, 0, FINAL, 0, '')\npending run reload nginx.service why\n"

const goodUnits = "Id=a.service\nLoadState=loaded\nActiveState=active\nUnitFileState=enabled\n\nId=b.service\n" +
	"LoadState=not-found\nActiveState=inactive\nUnitFileState=\n"

// packed is a tar of files, each a name and its content.
func packed(files ...string) string {
	var p Payload
	for i := 0; i < len(files); i += 2 {
		p.files = append(p.files, attachment{name: files[i], data: files[i+1]})
	}
	return unpacked(p)
}

// TestNoSystemd: a host that systemd does not run is named as one.
func TestNoSystemd(t *testing.T) {
	tar := packed("./etc/a", "text", "./etc/x.conf", "more", "./etc/b/", "")
	err := asking(t).Learn("nonce", []byte(answer("facts", goodFacts, "files", "tar\x00"+tar, "units", "\n")))
	if err == nil || !strings.Contains(err.Error(), "systemctl said nothing") {
		t.Errorf("%v", err)
	}
}

// FuzzLearn: whatever a host prints is read or refused, and what is read can be planned
// and packed.
func FuzzLearn(f *testing.F) {
	tar := packed("./etc/a", "text", "./etc/x.conf", "more", "./etc/b/", "")
	f.Add(answer("facts", goodFacts, "files", "private\x00./etc/key\x00600\nroot\n"+
		"root\x00d1\x00closed\x00./etc/a\x00\x00tar\x00"+tar, "units", goodUnits, "users", "odoo:x:1:1::/:/bin/sh\n",
		"groups", "odoo:x:1:\n", "packages", "installed nginx 1.22\nx\n", "output 0", "allowed\n", "probes", "0\n"))
	f.Add(answer("facts", goodFacts))
	f.Add(answer("facts", goodFacts, "folders", "./etc\x001\x00odoo\x00", "files", "tar\x00"+tar, "files 1",
		"closed\x00./etc/a\x00\x00out\x00./etc/x.conf\x00/root\x00tar\x00"+tar))
	f.Add(answer("facts", "cpus -1\nmemory 99999999999999999999\nodoo version_info = (\npending  \n"))
	f.Add(answer("units", "\n\n\n\n", "facts", goodFacts, "users", ":\n::::::\n"))
	f.Add("\n@nonce end\n")
	f.Fuzz(func(t *testing.T, output string) {
		h := asking(t)
		asked := h.Questions()
		if h.Learn("nonce", []byte(output)) != nil {
			return
		}
		for k := range h.before {
			switch k.kind {
			case kindPath, kindUser, kindGroup, kindPackage:
				if !contains(asked[k.kind], k.name) && !(k.kind == kindPath && matches(asked[kindGlob], k.name)) {
					t.Fatalf("%s was not asked for, and is known: %q", k, output)
				}
			}
		}
		stages := []Stage{{Name: "test", Hosts: []*inventory.Host{h.Host.Host},
			Tasks: []NamedTask{{"test", taskFunc(func(h *Host) error {
				h.File("/etc/a").SetText("new\n")
				for _, p := range h.Glob("/etc/*.conf") {
					h.Unlink(p)
				}
				return h.Unit("a.service").Run()
			})}}}}
		h.fleet.Plan(stages)
		p := h.Plan(0, 0)
		p.Write(&strings.Builder{}, Style{Diffs: true})
		p.Pack(Run{ID: "run"})
		p.Inverse().Pack(Run{ID: "run"})
	})
}
