//go:build lab

package tasks

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"odooctl/inventory"
)

// TestSettingOracle: of unit files and drop-ins in all the folders, the one that counts is that of systemd, which says
// of a program that does not exist that it would run it.
func TestSettingOracle(t *testing.T) {
	inv, err := inventory.Parse("inventory.yaml", []byte("hosts: {h: {address: 192.0.2.1}}"), inventory.Options{})
	if err != nil {
		t.Fatal(err)
	}
	starts := regexp.MustCompile(`Command (\S+) is not executable`)
	for seed := range uint64(40) {
		random := rand.New(rand.NewPCG(seed, 1))
		name := []string{"odoo.service", "odoo-my-shop.service", "postgresql@15-main.service", "a-b@c-d.service"}[seed%4]
		h := NewFleet(inv, time.Unix(0, 0)).Host("h").Host
		u := &Unit{h, name}
		files := map[string]string{}
		template := u.names()[len(u.names())-1]
		files["/usr/lib/systemd/system/"+template] = "[Service]\nExecStart=/no/package\n"
		for i := range 1 + random.IntN(5) {
			dirs := u.dropInDirectories()
			file := fmt.Sprintf("%s/%s.conf", dirs[random.IntN(len(dirs))], []string{"10", "50-x", "odooctl"}[random.IntN(3)])
			files[file] = fmt.Sprintf("[Service]\nExecStart=\nExecStart=/no/%d\n", i)
		}
		if random.IntN(2) == 0 {
			file := unitDirectories[random.IntN(3)] + u.names()[random.IntN(len(u.names()))]
			files[file] = "[Service]\nExecStart=/no/file\n"
		}

		root := t.TempDir()
		h.before[key{kindUnit, name}] = unit{}
		for _, dir := range unitDirectories {
			h.globs = append(h.globs, dir+"*")
		}
		for _, dir := range u.dropInDirectories() {
			var list []string
			for file, text := range files {
				if path.Dir(file) == dir {
					list = append(list, file)
				}
				h.before[key{kindPath, file}] = node{Type: typeFile, Content: text}
			}
			slices.Sort(list)
			h.before[key{kindGlob, dir + "/*.conf"}] = matching{list}
		}
		for file, text := range files {
			if err := os.MkdirAll(filepath.Join(root, path.Dir(file)), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(root, file), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		var search []string
		for _, dir := range unitDirectories {
			search = append(search, strings.TrimSuffix(root+dir, "/"))
		}
		cmd := exec.Command("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", name)
		cmd.Env = append(os.Environ(), "SYSTEMD_UNIT_PATH="+strings.Join(search, ":"))
		out, _ := cmd.CombinedOutput() // it fails, for there is no such program
		m := starts.FindStringSubmatch(string(out))
		if m == nil {
			t.Fatalf("%d: systemd-analyze says %s", seed, out)
		}
		got := u.Setting("ExecStart")
		if got.File == "" {
			got.Value = "/no/package"
		}
		if got.Value != m[1] {
			t.Errorf("%d: %s: ExecStart is %s of %s, systemd has %s; files %q", seed, name, got.Value, got.File, m[1], files)
		}
	}
}
