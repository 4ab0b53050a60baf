//go:build lab

package e2e

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// background starts odooctl and returns without waiting for it.
func background(t *testing.T, args ...string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	cmd := exec.Command(binary, args...)
	cmd.Dir = folder
	cmd.Env = environment()
	cmd.SysProcAttr = offTerminal
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	return cmd, &out
}

// strike kills a run with SIGKILL at one of its levels, and waits for the program.
func strike(t *testing.T, level, host string, cmd *exec.Cmd) {
	t.Helper()
	switch level {
	case "client":
		cmd.Process.Signal(syscall.SIGKILL)
	case "shell":
		on(t, host, "pgrep -x sh | grep -vx $$ | xargs -r kill -9 2>/dev/null || true")
	case "sshd": // the session's, by the name of its version
		on(t, host, "pgrep -f '^sshd[^ ]*: deploy' | xargs -r kill -9 2>/dev/null || true")
	case "host":
		if err := fleet.Host(host).Kill(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := fleet.Host(host).Boot(t.Context()); err != nil {
			t.Fatal(err)
		}
	default:
		t.Fatalf("no level %q", level)
	}
	cmd.Wait()
}

// TestKilledOnHosts kills a run with SIGKILL at many moments, at three levels: the
// program, the shell on the host, the whole host. The next run converges.
func TestKilledOnHosts(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	value := 200
	points := 0
	for l, level := range []string{"client", "shell", "host"} {
		for i, after := range []time.Duration{400, 600, 800, 1000, 1300, 1600, 2000, 2600, 3500} {
			if level == "host" && after > 1600 || !*thorough && i != 5-l {
				continue
			}
			value++
			name := fmt.Sprintf("%s after %d ms", level, after)
			file := edited(t, "max_connections: 200", fmt.Sprintf("max_connections: %d", value),
				"allow: ["+subnet+"0/24]", fmt.Sprintf("allow: [%s0/24, 203.0.113.%d/32]", subnet, value-200))
			cmd, out := background(t, "apply", file)
			time.Sleep(after * time.Millisecond)
			strike(t, level, "db1", cmd)
			points++
			odooctl(t, "apply", "--lock-timeout", "60s", file).want(t, 0)
			odooctl(t, "plan", "--detailed-exitcode", file).want(t, 0)
			got := on(t, "db1",
				`cd / && su postgres -c "psql -XAtc 'show max_connections'"; ls /var/lib/odooctl/pending 2>/dev/null; find /etc -name '.*odooctl-*'`)
			if got != fmt.Sprintf("%d\n", value) {
				t.Errorf("%s: PostgreSQL runs with, or what is left: %q, want %d\n%s", name, got, value, out)
			}
		}
	}
	t.Logf("killed at %d points", points)
	odooctl(t, "apply", inventory()).want(t, 0)
}

// slow is a playbook whose check keeps the host locked for a while.
func slow(t *testing.T, seconds int) string {
	return playbook(t, fmt.Sprintf(`
- hosts: web1
  tasks:
    - file: {path: /etc/slow%d, content: "%d", check: sleep %d, reload: nginx.service}
`, seconds, time.Now().UnixNano(), seconds))
}

// locked waits until a host is locked, or free, and returns how long that took.
func locked(t *testing.T, host string, want bool, within time.Duration) time.Duration {
	t.Helper()
	began := time.Now()
	for time.Since(began) < within {
		out := on(t, host, "flock -n /var/lib/odooctl/lock true && echo free || echo locked")
		if strings.TrimSpace(out) == map[bool]string{true: "locked", false: "free"}[want] {
			return time.Since(began)
		}
		time.Sleep(200 * time.Millisecond)
	}
	t.Fatalf("%s: locked is not %v within %v", host, want, within)
	return 0
}

func TestLock(t *testing.T) {
	odooctl(t, "apply", inventory()).want(t, 0)
	apply := func(seconds int) []string {
		return []string{"apply", "-l", "web1", "--playbook", slow(t, seconds), inventory()}
	}
	// A look at the lock takes it for a moment.
	begun := func(seconds int) *exec.Cmd {
		cmd, _ := background(t, append(apply(seconds), "--lock-timeout", "20s")...)
		locked(t, "web1", true, 30*time.Second)
		return cmd
	}
	t.Run("second controller", func(t *testing.T) {
		first := begun(4)
		odooctl(t, apply(0)...).want(t, 75).has(t, "web1: locked by", "@", "since 20")
		odooctl(t, append(apply(0), "--lock-timeout", "30s")...).want(t, 0)
		if err := first.Wait(); err != nil {
			t.Errorf("the first run: %v", err)
		}
	})
	t.Run("first controller killed", func(t *testing.T) {
		first := begun(300)
		first.Process.Signal(syscall.SIGKILL)
		took := locked(t, "web1", false, 20*time.Second)
		t.Logf("the lock was free %.1f s after kill -9", took.Seconds())
		if took > 5*time.Second {
			t.Errorf("the lock was held for %v", took)
		}
		odooctl(t, apply(0)...).want(t, 0)
	})
	long(t, "connection dies without a word", func(t *testing.T) {
		begun(300)
		on(t, "web1", fmt.Sprintf("ip route replace blackhole %s/32", fleet.Gateway()))
		defer on(t, "web1", fmt.Sprintf("ip route del blackhole %s/32", fleet.Gateway()))
		took := locked(t, "web1", false, 120*time.Second)
		t.Logf("the lock was free %.1f s after the last packet", took.Seconds())
		if took > 90*time.Second {
			t.Errorf("the lock was held for %v", took)
		}
	})
	odooctl(t, "apply", inventory()).want(t, 0)
}

// TestConfirmOrRevert: an sshd configuration that lets nobody in is reverted by the
// host itself, also if the controller dies before it could confirm.
func TestConfirmOrRevert(t *testing.T) {
	const file = "/etc/ssh/sshd_config.d/50-test.conf"
	look := "ls -A /etc/ssh/sshd_config.d"
	was := on(t, "db1", look)
	book := func(text string) []string {
		return []string{"apply", "-l", "db1", "--timings", "--playbook", playbook(t, `
- hosts: db1
  tasks:
    - file: {path: `+file+`, content: "`+text+`", mode: "0600", check: sshd -t, reload: ssh.service}
`), inventory()}
	}
	t.Run("good change is kept", func(t *testing.T) {
		odooctl(t, book("LoginGraceTime 90")...).want(t, 0).has(t, "confirmed over a new connection")
		if out := on(t, "db1", "sshd -T | grep logingracetime; systemctl list-timers --all | grep -c odooctl-revert || "+
			"true"); out != "logingracetime 90\n0\n" {
			t.Errorf("after a confirmed change: %q", out)
		}
		on(t, "db1", "rm "+file+"; systemctl reload ssh")
	})
	answers := func(t *testing.T) {
		eventually(t, 30*time.Second, func() error {
			return asksSSH(fleet.Host("db1").Address().String())(t.Context())
		})
	}
	t.Run("sshd refuses it", func(t *testing.T) {
		answers(t)
		odooctl(t, book("NoSuchOption yes")...).want(t, 5).has(t, "sshd -t", "NoSuchOption")
		untouched(t, "db1", was, look)
	})
	t.Run("locks everybody out", func(t *testing.T) {
		began := time.Now()
		odooctl(t, book("AllowUsers nobody")...).want(t, 5).has(t, "db1", "not confirmed",
			"puts the old files back by itself")
		eventually(t, 100*time.Second, func() error { return reverted(t, was, look) })
		t.Logf("back after %.0f s", time.Since(began).Seconds())
		answers(t)
		odooctl(t, "plan", "-l", "db1", "--lock-timeout", "30s", inventory()).want(t, 0)
	})
	long(t, "controller killed before it confirmed", func(t *testing.T) {
		cmd, out := background(t, book("AllowUsers nobody")...)
		// The moment between the end of the transaction and the confirmation.
		on(t, "db1", "n=0; until [ ! -e /var/lib/odooctl/holder ] && grep -q unconfirmed /var/lib/odooctl/runs/*/state; do "+
			"n=$((n + 1)); [ $n -lt 2000 ] || exit 1; sleep 0.01; done")
		cmd.Process.Signal(syscall.SIGKILL)
		began := time.Now()
		eventually(t, 100*time.Second, func() error { return reverted(t, was, look) })
		t.Logf("back %.0f s after the controller died\n%s", time.Since(began).Seconds(), out)
		answers(t)
		odooctl(t, "plan", "-l", "db1", "--lock-timeout", "30s", inventory()).want(t, 0)
	})
}

// asksSSH waits for an sshd's banner.
func asksSSH(addr string) func(context.Context) error {
	return func(ctx context.Context) error {
		conn, err := (&net.Dialer{Timeout: 2 * time.Second}).DialContext(ctx, "tcp", addr+":22")
		if err != nil {
			return err
		}
		defer conn.Close()
		conn.SetDeadline(time.Now().Add(2 * time.Second))
		var b [4]byte
		_, err = conn.Read(b[:])
		return err
	}
}

func reverted(t *testing.T, was, look string) error {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	now, err := fleet.Host("db1").Exec(ctx, look)
	if err == nil && now != was {
		err = fmt.Errorf("not back yet: %s", now)
	}
	if err == nil { // sshd reads the old files only after they are back
		_, err = fleet.Host("db1").Exec(ctx,
			`cat "$(ls -dt /var/lib/odooctl/runs/* | head -n 1)/state" | grep "reverted by itself"`)
	}
	return err
}
