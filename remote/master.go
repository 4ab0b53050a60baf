package remote

import (
	"context"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"syscall"

	"golang.org/x/crypto/ssh"
)

// shared is a Client on the connection of a master of OpenSSH; nil where there is none that
// is ours and answers. The master has checked the host's key, by its own known_hosts.
//
// The protocol is that of OpenSSH's PROTOCOL.mux, with what passes on channels as they are
// (MUX_C_PROXY, since 7.4).
func (c Config) shared(ctx context.Context) *Client {
	i := slices.IndexFunc(c.Masters, ours)
	if i < 0 {
		return nil
	}
	c.master = c.Masters[i]
	ctx, cancel := context.WithTimeout(ctx, c.ConnectTimeout)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "unix", c.master)
	if err != nil {
		return nil
	}
	w := &wire{Conn: conn, turns: turns{now: c.Now}, caught: make(chan struct{}, 1)}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	sshConn, channels, requests, err := ssh.NewControlClientConn(w)
	if !stop() || err != nil {
		conn.Close()
		return nil
	}
	w.turns.begin() // so far nothing has left this machine
	return newClient(c, w, ssh.NewClient(sshConn, channels, requests), func() {})
}

// ours reports whether a socket belongs to the user who runs this, and no other user can put
// another in its place.
func ours(socket string) bool {
	me := uint32(os.Getuid())
	file, err := os.Lstat(socket)
	if err != nil || file.Mode().Type() != fs.ModeSocket || file.Sys().(*syscall.Stat_t).Uid != me {
		return false
	}
	folder, err := os.Stat(filepath.Dir(socket))
	if err != nil {
		return false
	}
	owner := folder.Sys().(*syscall.Stat_t).Uid
	return (owner == me || owner == 0) && (folder.Mode().Perm()&0o022 == 0 || folder.Mode()&fs.ModeSticky != 0)
}
