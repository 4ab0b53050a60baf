package lab

import (
	"net/netip"
	"strings"
	"testing"
)

func TestCheckSubnet(t *testing.T) {
	tests := map[string]bool{
		"198.18.7.0/24":   true,
		"198.19.255.0/24": true,
		"198.18.7.1/24":   false,
		"198.18.0.0/16":   false,
		"198.20.0.0/24":   false,
		"10.0.0.0/24":     false,
		"fd00::/24":       false,
	}
	for text, want := range tests {
		if err := checkSubnet(netip.MustParsePrefix(text)); (err == nil) != want {
			t.Errorf("%s: %v", text, err)
		}
	}
	if err := checkSubnet(netip.Prefix{}); err == nil {
		t.Error("no subnet at all is accepted")
	}
}

func TestAddresses(t *testing.T) {
	l, err := New(Config{Name: "demo", Subnet: netip.MustParsePrefix("198.19.3.0/24")})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"db1": "198.19.3.2", "web1": "198.19.3.10", "app1": "198.19.3.11", "app2": "198.19.3.12",
		"next1": "198.19.3.20"}
	for _, m := range l.Machines() {
		if m.Address().String() != want[m.Name()] {
			t.Errorf("%s has %s, want %s", m.Name(), m.Address(), want[m.Name()])
		}
		if !strings.Contains(l.etcHosts(), "\n"+want[m.Name()]+" "+m.Name()+"\n") {
			t.Errorf("/etc/hosts has no line for %s:\n%s", m.Name(), l.etcHosts())
		}
		delete(want, m.Name())
	}
	if len(want) > 0 {
		t.Errorf("no hosts %v", want)
	}
	if got := l.Gateway().String(); got != "198.19.3.1" {
		t.Errorf("gateway %s", got)
	}
	if longest := bridgeOf("a2345678901"); len(longest) != 15 {
		t.Errorf("the bridge of the longest name is %q, %d characters", longest, len(longest))
	}
}

func TestCheckUnusedKnowsTheOwnInterfaces(t *testing.T) {
	err := checkUnused(netip.MustParsePrefix("127.0.0.0/24"), "lab-demo")
	if err == nil || !strings.Contains(err.Error(), "interface lo has 127.0.0.1/8") {
		t.Errorf("error %v does not name the interface", err)
	}
	if err := checkUnused(netip.MustParsePrefix("127.0.0.0/24"), "lo"); err != nil {
		t.Errorf("the lab's own interface is in its way: %v", err)
	}
}
