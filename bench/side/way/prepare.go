package way

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/template"
)

// Site is the input of a host's work.
type Site struct {
	Name    string // of the deployment
	Host    string
	Address string
	Network string // allowed to connect to the database
	// Generation is a digest of the site's texts that odooctl writes among them. The
	// other ways take it as given.
	Generation string
}

// Secrets of the benchmark's hosts, which are unreachable from outside.
const (
	RolePassword = "bench-7Qm2vX9t"
	// AdminPasswd is Odoo's hash of a password (passlib's pbkdf2_sha512).
	AdminPasswd = "$pbkdf2-sha512$25000$2zmZk7WVEMFYJ45SdCJsWg$FrL5DVHm1MEFyd8PJ5z6yuBo5X1Q4Gd2cnGaboREQjO5EQf52dWAe2Al5n6oM1TC5Pe7ZK0CfGd.60ArQERgxg"
)

// workMem is the difference between the two variants of a call.
var workMem = [2]string{"8MB", "9MB"}

// entry is a site in the form of the templates.
type entry struct {
	Site
	WorkMem, RolePassword, AdminPasswd, Folder string
}

// Prepare fills the folder with what the ways need for these sites: all but the program
// ./odooctl/odooctl.
func Prepare(dir string, sites []Site, p Pair) error {
	for _, name := range []string{"odooctl", "ansible", "floor", "home"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o700); err != nil {
			return err
		}
	}
	files := map[string]string{
		"odooctl/admin_passwd":  AdminPasswd + "\n",
		"odooctl/role_password": RolePassword + "\n",
	}
	for _, way := range []string{"odooctl", "ansible"} {
		files[way+"/site.pem"], files[way+"/site.key"] = p.Certificate, p.Key
	}
	for variant := range workMem {
		if err := inventories(files, dir, sites, variant); err != nil {
			return err
		}
		for _, s := range sites {
			script, err := floor(s, variant, p)
			if err != nil {
				return err
			}
			files[fmt.Sprintf("floor/%s-%d.sh", s.Host, variant)] = script
		}
	}
	for name, text := range files {
		if err := write(filepath.Join(dir, name), []byte(text)); err != nil {
			return err
		}
	}
	return copyData(dir)
}

// inventories adds odooctl's and Ansible's for one variant.
func inventories(files map[string]string, dir string, sites []Site, variant int) error {
	var entries []entry
	for _, s := range sites {
		entries = append(entries, entry{s, workMem[variant], RolePassword, AdminPasswd, filepath.Join(dir, "ansible")})
	}
	for to, from := range map[string]string{
		fmt.Sprintf("odooctl/odooctl-%d.yaml", variant): "odooctl.yaml.tmpl",
		fmt.Sprintf("ansible/hosts-%d.yml", variant):    "ansible/hosts.yml.tmpl",
	} {
		t, err := template.ParseFS(data, from)
		if err != nil {
			return err
		}
		var out bytes.Buffer
		if err := t.Execute(&out, entries); err != nil {
			return err
		}
		files[to] = out.String()
	}
	return nil
}

// copyData writes the files that are for all hosts.
func copyData(dir string) error {
	return fs.WalkDir(data, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(name, ".tmpl") || name == "floor/site.sh" {
			return err
		}
		text, err := data.ReadFile(name)
		if err != nil {
			return err
		}
		return write(filepath.Join(dir, name), text)
	})
}

func write(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}
