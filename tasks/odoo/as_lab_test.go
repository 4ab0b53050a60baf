//go:build lab

package odoo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"odooctl/inventory"
)

// TestAsOracle writes random values into a unit, as odooctl does, on hosts with systemd
// 247, 252 and 262. The process that systemd starts has each to the byte, and so has
// one that as runs, which knows them only from systemctl.
func TestAsOracle(t *testing.T) {
	state := os.Getenv("ODOOCTL_LAB_STATE")
	if state == "" {
		t.Fatal("ODOOCTL_LAB_STATE names no running lab: lab/test.sh boots one")
	}
	o := &inventory.Odoo{}
	var want []string
	for n, text := range values(rand.New(rand.NewPCG(1, 2)), 300) {
		o.Environment = append(o.Environment, inventory.Option{Name: fmt.Sprintf("V%03d", n),
			Value: inventory.Scalar{Text: text}})
		want = append(want, fmt.Sprintf("V%03d=%s", n, text))
	}
	i := Instance{Deployment: &inventory.Deployment{Odoo: o}, Unit: "e2e-as.service", User: "daemon", Home: "/"}
	const print = "/usr/bin/env -0"
	script := `unit=/etc/systemd/system/e2e-as.service
trap 'systemctl stop e2e-as; rm -f $unit /run/e2e-as; systemctl daemon-reload' EXIT
cat >$unit && systemctl daemon-reload && systemctl start e2e-as && cat /run/e2e-as && printf 'and\0' && ` + i.as() +
		" " + print
	text := "[Service]\nType=oneshot\nRemainAfterExit=yes\nStandardOutput=file:/run/e2e-as\nExecStart=" + print + "\n" +
		strings.Join(i.variables(), "\n") + "\n"
	for _, host := range []string{"app1", "db1", "next1"} {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		cmd := exec.CommandContext(ctx, "ssh", "-F", filepath.Join(state, "ssh_config"), "root@"+host, script)
		cmd.Stdin = strings.NewReader(text)
		var stderr strings.Builder
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		cancel()
		if err != nil {
			t.Fatalf("%s: %v\n%s", host, err, stderr.String())
		}
		process, shown, _ := strings.Cut(string(out), "and\x00")
		for _, got := range []struct{ what, text string }{{"the process", process}, {"as", shown}} {
			if diff := missing(want, strings.Split(got.text, "\x00")); len(diff) > 0 {
				t.Errorf("%s: %s has not, of %d: %q", host, got.what, len(want), diff)
			}
		}
	}
}

// values are texts that the inventory allows, with characters that are special for
// systemd, shells and units, and others.
func values(r *rand.Rand, n int) (list []string) {
	const special = "\"'\\$%`*?[]{}()<>|&;!#~^=,:@ abfnrtvx019uU"
	for range n {
		var b strings.Builder
		for range r.IntN(30) {
			switch r.IntN(8) {
			case 0:
				b.WriteRune([]rune{'é', '日', 0x200b, 0xa0, 0xfffd, 0x1f600, 0xe000, 0x10fffd}[r.IntN(8)])
			case 1:
				b.WriteRune(rune(' ' + r.IntN('~'-' '+1)))
			default:
				b.WriteByte(special[r.IntN(len(special))])
			}
		}
		list = append(list, b.String())
	}
	return list
}

// missing lists what is in want and not in got.
func missing(want, got []string) (diff []string) {
	is := map[string]bool{}
	for _, g := range got {
		is[g] = true
	}
	for _, w := range want {
		if !is[w] {
			diff = append(diff, w)
		}
	}
	return diff
}
