package remote

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"

	"odooctl/remote/shell"
)

// ErrNoSFTP means that root cannot run an sftp-server on the host: it is not installed,
// sudo asks for a password, or sshd allows no second session.
var ErrNoSFTP = errors.New("no sftp on the host")

// sftpServers are its paths on Debian, Red Hat, SUSE and Arch.
var sftpServers = []string{"/usr/lib/openssh/sftp-server", "/usr/libexec/openssh/sftp-server",
	"/usr/lib/ssh/sftp-server"}

// maxPending is the number of requests of 32 KiB in flight, 2 MiB in all: the size of a
// channel's window.
const maxPending = 64

// files runs an sftp-server as the user of the shell, and calls do with it. It creates
// the folder dir, for root only, if it is missing. It does not use sshd's subsystem,
// which runs as the login user.
func (c *Client) files(ctx context.Context, dir string, do func(*sftp.Client) error) error {
	if c.config.asks() {
		return fmt.Errorf("%s: %w: sudo may ask for a password", c.config.Host, ErrNoSFTP)
	}
	channel, requests, err := c.session(ctx)
	if KindOf(err) == ShellFailed {
		return fmt.Errorf("%w: %w", ErrNoSFTP, err)
	}
	if err != nil {
		return err
	}
	defer channel.Close()
	c.owned.Go(func() {
		for r := range requests {
			r.Reply(false, nil)
		}
	})
	c.owned.Go(func() { io.Copy(io.Discard, channel.Stderr()) })
	stop := context.AfterFunc(ctx, func() { channel.Close() })
	defer stop()

	mark, err := randomHex(c.config.Rand)
	if err != nil {
		return err
	}
	channel.SendRequest("exec", false, ssh.Marshal(struct{ Command string }{c.config.sftpCommand(mark, dir)}))
	out := bufio.NewReader(taking{channel, c.wire})
	if err := skipTo(out, mark+"\n"); err != nil {
		if e := c.config.interrupted(ctx, "start sftp"); e != nil {
			return e
		}
		return fmt.Errorf("%s: %w", c.config.Host, ErrNoSFTP)
	}
	tried := "start sftp"
	client, err := sftp.NewClientPipe(out, channel, sftp.MaxConcurrentRequestsPerFile(maxPending),
		sftp.UseConcurrentWrites(true))
	if err == nil {
		tried = "transfer a file"
		err = do(client)
		channel.Close()
		client.Close()
	}
	if err == nil {
		return nil
	}
	if e := c.config.interrupted(ctx, tried); e != nil {
		return e
	}
	if lost := c.lost(ctx, tried); errors.Is(err, sftp.ErrSSHFxConnectionLost) && lost != nil {
		return lost
	}
	return &Error{Host: c.config.Host, Kind: Transfer, Tried: tried, Got: err.Error(), Err: err}
}

// sftpCommand prints a mark before it starts the server, to skip what start-up files
// print.
func (c Config) sftpCommand(mark, dir string) string {
	sh := "/bin/sh -c " +
		shell.Quote(fmt.Sprintf("umask 077; mkdir -p %s; for f in %s; do [ ! -x $f ] || { echo %s; exec $f; }; done; exit "+
			"127",
			shell.Quote(dir), strings.Join(sftpServers, " "), mark))
	if c.asRoot() {
		sh = either("sudo -n -- "+sh, "doas -n "+sh)
	}
	return encoded(sh)
}

// maxNoise limits how much is read in search of a mark.
const maxNoise = 1 << 20

// skipTo reads up to the end of mark, which begins a line.
func skipTo(r *bufio.Reader, mark string) error {
	for read := 0; read < maxNoise; {
		line, err := r.ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
		if strings.HasSuffix(string(line), mark) {
			return nil
		}
		read += len(line)
	}
	return errors.New("no mark")
}
