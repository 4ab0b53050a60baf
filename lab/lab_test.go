package lab

import (
	"bytes"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

var subnet = netip.MustParsePrefix("198.18.200.0/24")

func TestNewRefuses(t *testing.T) {
	db := Host{Name: "db1", Image: "bookworm", Number: 2}
	with := func(change func(*Host)) Config {
		h := db
		change(&h)
		return Config{Name: "demo", Subnet: subnet, Hosts: []Host{h}}
	}
	tests := []struct {
		want   string
		config Config
	}{
		{`lab name ""`, Config{Subnet: subnet}},
		{`lab name "a-b"`, Config{Name: "a-b", Subnet: subnet}},
		{`lab name "a23456789012"`, Config{Name: "a23456789012", Subnet: subnet}},
		{"subnet", Config{Name: "demo"}},
		{"cannot take such a name", Config{Name: "demo", Subnet: subnet, State: "/a,b"}},
		{"cannot take such a name", Config{Name: "demo", Subnet: subnet, Cache: "/a b"}},
		{"host db1 is defined twice", Config{Name: "demo", Subnet: subnet, Hosts: []Host{db, db}}},
		{"hosts db1 and db2 have the same number 2",
			Config{Name: "demo", Subnet: subnet, Hosts: []Host{db, {Name: "db2", Image: "bookworm", Number: 2}}}},
		{"number 1: want 2 to 254", with(func(h *Host) { h.Number = 1 })},
		{"number 255: want 2 to 254", with(func(h *Host) { h.Number = 255 })},
		{`host name "DB1"`, with(func(h *Host) { h.Name = "DB1" })},
		{`host name "../x"`, with(func(h *Host) { h.Name = "../x" })},
		{`image "win98"`, with(func(h *Host) { h.Image = "win98" })},
		{`service "mysql"`, with(func(h *Host) { h.Services = []string{"mysql"} })},
		{`share "../x"`, with(func(h *Host) { h.Shares = []Share{{"../x", "/srv"}} })},
		{`share "data"`, with(func(h *Host) { h.Shares = []Share{{"data", "srv"}} })},
	}
	for _, test := range tests {
		_, err := New(test.config)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("error %v, want one with %q", err, test.want)
		}
	}
}

func TestSelect(t *testing.T) {
	all := Standard()
	chosen, err := Select(all, []string{"web1", "db1"})
	if err != nil || len(chosen) != 2 || chosen[0].Name != "web1" || chosen[1].Name != "db1" {
		t.Errorf("got %+v, %v", chosen, err)
	}
	if chosen, err := Select(all, nil); err != nil || len(chosen) != len(all) {
		t.Errorf("no names choose %d hosts, %v", len(chosen), err)
	}
	if _, err := Select(all, []string{"db9"}); err == nil {
		t.Error("a host that is not there is chosen")
	}
}

func TestOpenFindsWhatDescribeWrote(t *testing.T) {
	state := t.TempDir()
	made, err := New(Config{Name: "demo", Subnet: subnet, State: state, Cache: filepath.Join(state, "cache")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(Config{Name: "demo", State: state}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("opening a lab that is not there: %v", err)
	}
	for _, m := range made.Machines() {
		if err := m.writeIdentity(); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(made.writeKey(), made.describe()); err != nil {
		t.Fatal(err)
	}
	found, err := Open(Config{Name: "demo", State: state})
	if err != nil {
		t.Fatal(err)
	}
	if a, b := made.Describe(), found.Describe(); len(a.Hosts) != len(b.Hosts) || a.Subnet != b.Subnet ||
		a.Cache != b.Cache || a.Hosts[2].Shares[0] != b.Hosts[2].Shares[0] {
		t.Errorf("made %+v\nfound %+v", a, b)
	}
	if _, err := found.Host("db1").PID(); !errors.Is(err, ErrDown) {
		t.Errorf("a host that never ran is not down: %v", err)
	}
	if found.Host("db9") != nil {
		t.Error("there is a host db9")
	}
	names, err := Names(state)
	if err != nil || len(names) != 1 || names[0] != "demo" {
		t.Errorf("labs %q, %v", names, err)
	}
}

func TestKeys(t *testing.T) {
	state := t.TempDir()
	l, err := New(Config{Name: "demo", Subnet: subnet, State: state})
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, m := range l.Machines() {
		if err := m.writeIdentity(); err != nil {
			t.Fatal(err)
		}
		id, err := m.machineID()
		if err != nil || len(id) != 32 || ids[id] {
			t.Errorf("machine-id %q, %v, other hosts have %v", id, err, ids)
		}
		ids[id] = true
	}
	if err := errors.Join(l.writeKey(), l.describe()); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(l.Key())
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key's mode is %v, %v", info.Mode(), err)
	}
	private, err := os.ReadFile(l.Key())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ssh.ParsePrivateKey(private); err != nil {
		t.Error(err)
	}
	check, err := knownhosts.New(l.KnownHosts())
	if err != nil {
		t.Fatal(err)
	}
	db := l.Host("db1")
	text, err := os.ReadFile(filepath.Join(db.identity(), "ssh_host_ecdsa_key.pub"))
	if err != nil {
		t.Fatal(err)
	}
	key, _, _, _, err := ssh.ParseAuthorizedKey(text)
	if err != nil {
		t.Fatal(err)
	}
	for name, known := range map[string]bool{"db1:22": true, db.Address().String() + ":22": true, "web1:22": false} {
		if err := check(name, address(db.Address()), key); (err == nil) != known {
			t.Errorf("db1's key under the name %s: %v", name, err)
		}
	}
}

type address netip.Addr

func (address) Network() string  { return "tcp" }
func (a address) String() string { return netip.AddrPortFrom(netip.Addr(a), 22).String() }

func TestProgressTellsDurations(t *testing.T) {
	var out bytes.Buffer
	clock := time.Unix(0, 0)
	p := newProgress(&out, func() time.Time { clock = clock.Add(1500 * time.Millisecond); return clock })
	p.step("building image %s", "x")()
	newProgress(&out, nil).step("booting")()
	want := "building image x...\nbuilding image x: done in 1.5 s\nbooting...\nbooting: done\n"
	if out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
	newProgress(nil, nil).line("to nobody")
}
