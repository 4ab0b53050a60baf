package main

import (
	"context"
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

// bastion applies to hosts that are all behind one real sshd with its default limits:
// MaxStartups 10:30:100 and MaxSessions 10 (sshd_config(5)). A host that is lost fails
// the run.
func (b *bench) bastion(ctx context.Context, hosts, forks int) (r row, err error) {
	stop, err := b.hosts(ctx, hosts)
	if err != nil {
		return r, err
	}
	defer stop()
	port, end, err := b.sshd(ctx)
	if err != nil {
		return r, err
	}
	defer end()
	jump := fmt.Sprintf("ssh: {jump: \"root@127.0.0.1:%d\", ", port)
	inventory := strings.Replace(text(filepath.Join(b.dir, "inventory.yaml")), "ssh: {", jump, 1)
	if err := os.WriteFile(filepath.Join(b.dir, "behind.yaml"), []byte(inventory), 0o600); err != nil {
		return r, err
	}
	return b.measure(ctx, row{Case: "apply, converged, through one bastion", Hosts: hosts, Forks: forks, RTT: b.rtt},
		fmt.Sprintf("0 of %d host", hosts),
		"apply", "-y", "--forks", strconv.Itoa(forks), "behind.yaml")
}

// sshd starts one on the loopback that accepts the operator's key for root, and adds
// its host key to known_hosts.
func (b *bench) sshd(ctx context.Context) (port int, end func(), err error) {
	program, err := exec.LookPath("/usr/sbin/sshd")
	if err != nil {
		return 0, nil, fmt.Errorf("the bastion is a real sshd: install openssh-server: %w", err)
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, nil, err
	}
	port = free.Addr().(*net.TCPAddr).Port
	free.Close()
	secret, own, err := private("bastion")
	if err != nil {
		return 0, nil, err
	}
	user, err := key(operator)
	if err != nil {
		return 0, nil, err
	}
	at := func(name string) string { return filepath.Join(b.dir, name) }
	line := knownhosts.Line([]string{fmt.Sprintf("127.0.0.1:%d", port)}, own.PublicKey()) + "\n"
	for name, data := range map[string][]byte{
		"bastion_key": pem.EncodeToMemory(secret),
		"authorized":  ssh.MarshalAuthorizedKey(user.PublicKey()),
		"known_hosts": []byte(text(at("known_hosts")) + line),
		"sshd_config": fmt.Appendf(nil,
			"Port %d\nListenAddress 127.0.0.1\nHostKey %s\nAuthorizedKeysFile %s\nPidFile none\nStrictModes no\nUsePAM no\n",
			port, at("bastion_key"), at("authorized")),
	} {
		if err := os.WriteFile(at(name), data, 0o600); err != nil {
			return 0, nil, err
		}
	}
	os.MkdirAll("/run/sshd", 0o755) // Debian's sshd needs it; elsewhere systemd creates it
	ctx, cancel := context.WithCancel(ctx)
	cmd := exec.CommandContext(ctx, program, "-D", "-e", "-f", at("sshd_config"))
	var said strings.Builder
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		cancel()
		return 0, nil, err
	}
	end = func() { cancel(); cmd.Wait() }
	for range 100 {
		if c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			c.Close()
			return port, end, nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	end()
	return 0, nil, fmt.Errorf("sshd does not listen on port %d: %s", port, said.String())
}
