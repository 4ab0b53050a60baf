package remote_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"odooctl/remote"
	"odooctl/remote/remotetest"
)

// master is the socket of an ssh that is logged in to the server at this address.
func master(t *testing.T, srv *remotetest.Server, addr string) (socket string, ssh *exec.Cmd) {
	t.Helper()
	c := srv.ConfigAt(addr)
	own := srv.Config()
	folder, err := os.MkdirTemp("", "m") // a socket's path may have 108 bytes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	socket = filepath.Join(folder, "s")
	ssh = exec.Command("ssh", "-F", "none", "-MN", "-S", socket, "-oBatchMode=yes",
		"-oUserKnownHostsFile="+c.KnownHosts[0],
		fmt.Sprintf("-oHostKeyAlias=[%s]:%d", own.Address, own.Port), "-i", c.IdentityFiles[0],
		"-p", strconv.Itoa(c.Port), c.User+"@"+c.Address)
	ssh.Stderr = t.Output()
	if err := ssh.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ssh.Process.Kill()
		ssh.Wait()
	})
	for range 200 {
		if _, err := os.Lstat(socket); err == nil {
			return socket, ssh
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("ssh has made no socket")
	return "", nil
}

// A run on the connection that ssh has to the host needs no login: two round trips to the
// first script's answer.
func TestMaster(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{})
	proxy := remotetest.StartProxy(t, srv.Addr, 20*time.Millisecond)
	c := srv.ConfigAt(proxy.Addr)
	socket, _ := master(t, srv, proxy.Addr)
	c.Masters = []string{"/nonexistent", socket}
	logins, before := srv.Counts().Logins, proxy.RoundTrips()
	client := dial(t, c)
	sh, res, err := client.Start(deadline(t), "echo one")
	if err != nil || string(res.Stdout) != "one\n" {
		t.Fatalf("%q, %v", res.Stdout, err)
	}
	if got := proxy.RoundTrips() - before; got != 2 {
		t.Errorf("%d round trips to the first answer, want 2", got)
	}
	if got := client.Cost().RoundTrips; got != 2 {
		t.Errorf("the client counts %d round trips, want 2", got)
	}
	if got := run(t, sh, "cat", every[:256<<10]).Stdout; string(got) != every[:256<<10] {
		t.Errorf("%d bytes came back of %d", len(got), 256<<10)
	}
	if got := srv.Counts().Logins; got != logins {
		t.Errorf("%d logins, want none", got-logins)
	}
}

// What the socket is not, or who made it, decides whether it is used.
func TestMasterRefused(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{})
	socket, ssh := master(t, srv, srv.Addr)
	shares := func(name string, want bool) {
		t.Helper()
		c := srv.Config()
		c.Masters = []string{socket}
		before := srv.Counts().Logins
		client := dial(t, c)
		defer client.Close()
		if _, _, err := client.Start(deadline(t), "true"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got := srv.Counts().Logins == before; got != want {
			t.Errorf("%s: shared %v, want %v", name, got, want)
		}
	}
	shares("ours", true)
	folder := filepath.Dir(socket)
	for _, mode := range []os.FileMode{0o777, 0o720} {
		if err := os.Chmod(folder, mode); err != nil {
			t.Fatal(err)
		}
		shares("in a folder where others write", false)
	}
	if err := os.Chmod(folder, 0o777|os.ModeSticky); err != nil {
		t.Fatal(err)
	}
	shares("in a folder like /tmp", true)
	if os.Getuid() == 0 {
		if err := os.Lchown(socket, 65534, 65534); err != nil {
			t.Fatal(err)
		}
		shares("somebody else's", false)
		if err := os.Lchown(socket, 0, 0); err != nil {
			t.Fatal(err)
		}
	}
	link := socket + "-link"
	if err := os.Symlink(socket, link); err != nil {
		t.Fatal(err)
	}
	real := socket
	socket = link
	shares("a link", false)
	socket = real
	ssh.Process.Signal(syscall.SIGKILL)
	ssh.Wait()
	shares("of a process that ended", false)
}

// A connection that died without a word ends after the silence that any has, and the error
// names it.
func TestMasterIsSilent(t *testing.T) {
	srv := remotetest.Start(t, remotetest.Faults{})
	c := srv.Config()
	socket, ssh := master(t, srv, srv.Addr)
	c.Masters = []string{socket}
	c.Keepalive, c.KeepaliveCount = 300*time.Millisecond, 3
	client := dial(t, c)
	sh, _, err := client.Start(deadline(t), "true")
	if err != nil {
		t.Fatal(err)
	}
	// Answers of the host keep it: nothing else is sent for a while.
	time.Sleep(2 * time.Second)
	if got := run(t, sh, "echo still", "").Stdout; string(got) != "still\n" {
		t.Errorf("after a pause: %q", got)
	}
	ssh.Process.Signal(syscall.SIGSTOP)
	_, err = sh.Run(deadline(t), "echo again", nil)
	wantError(t, err, remote.Lost, "the connection of ssh at "+socket)
}
