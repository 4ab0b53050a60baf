package inventory

import (
	"errors"
	"strings"
	"testing"
)

const withFiles = `hosts: {a: {}}
deployments:
  d:
    odoo: {hosts: [a]}
    nginx:
      hosts: [a]
      server_name: d.example.com
      tls: {certificate: tls/d.pem, key: KEY}
`

// TestFiles: a file is read once, where the inventory says, and what is wrong with it
// is said with that line.
func TestFiles(t *testing.T) {
	reads := map[string]int{}
	parse := func(key string) TLS {
		t.Helper()
		inv, err := Parse("site/inventory.yaml", []byte(strings.Replace(withFiles, "KEY", key, 1)), Options{
			Env: func(name string) string { return "the\nkey of " + name },
			ReadFile: func(name string) ([]byte, error) {
				reads[name]++
				switch name {
				case "site/tls/d.pem":
					return []byte("a\nchain\n"), nil
				case "site/tls/d.key":
					return []byte("a\nkey\n"), nil
				case "site/tls/disk.img":
					return make([]byte, maxPEM+1), nil
				}
				return nil, errors.New("no such file: " + name)
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		return inv.Deployments[0].Nginx.TLS
	}

	tls := parse("tls/d.key")
	for range 2 {
		chain, err := tls.Certificate.Read()
		key, failed := tls.Key.Reveal()
		if chain != "a\nchain\n" || key != "a\nkey\n" || err != nil || failed != nil {
			t.Errorf("%q %q %v %v", chain, key, err, failed)
		}
	}
	if reads["site/tls/d.pem"] != 1 || reads["site/tls/d.key"] != 1 {
		t.Errorf("read more than once: %v", reads)
	}
	if key, err := parse("{env: TLS_KEY}").Key.Reveal(); key != "the\nkey of TLS_KEY" || err != nil {
		t.Errorf("%q %v", key, err)
	}
	for key, want := range map[string]string{
		"tls/none.key": "site/inventory.yaml:8:42: read the key from file tls/none.key: no such file",
		"tls/disk.img": "site/inventory.yaml:8:42: read the key from file tls/disk.img: it has 1048577 bytes",
	} {
		if _, err := parse(key).Key.Reveal(); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v", key, err)
		}
	}
	if _, err := (Key{}).Reveal(); err == nil {
		t.Error("no key is revealed")
	}
}
