package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"time"

	"golang.org/x/crypto/ssh"
)

// fleet is the simulated hosts.
type fleet struct {
	said []recording
	keys []ssh.Signer
	user ssh.PublicKey
	rtt  time.Duration
	log  *log.Logger
}

func newFleet(hosts int, rtt time.Duration, out io.Writer) (*fleet, error) {
	f := &fleet{rtt: rtt, log: log.New(out, "fleet: ", 0)}
	user, err := key(operator)
	if err != nil {
		return nil, err
	}
	f.user = user.PublicKey()
	for i := range hosts {
		k, err := key(hostName(i))
		if err != nil {
			return nil, err
		}
		f.keys = append(f.keys, k)
	}
	f.said, err = record(hosts)
	return f, err
}

// serve accepts connections until ctx ends. One listener serves thousands of addresses,
// so it listens on every address of the machine; connections from other machines are
// rejected.
func (f *fleet) serve(ctx context.Context, l net.Listener) error {
	stop := context.AfterFunc(ctx, func() { l.Close() })
	defer stop()
	for {
		c, err := l.Accept()
		if err != nil {
			return errors.Join(ctx.Err(), err)
		}
		at, ok := c.LocalAddr().(*net.TCPAddr)
		from, of := c.RemoteAddr().(*net.TCPAddr)
		if !ok || !of || !from.IP.IsLoopback() || !at.IP.IsLoopback() {
			c.Close()
			continue
		}
		go f.host(c, at.IP.To4())
	}
}

// host handles one connection.
func (f *fleet) host(c net.Conn, at net.IP) {
	defer c.Close()
	i := int(at[1]-16)<<16 | int(at[2])<<8 | int(at[3])
	if i < 0 || i >= len(f.said) {
		return
	}
	config := &ssh.ServerConfig{PublicKeyCallback: func(_ ssh.ConnMetadata, k ssh.PublicKey) (*ssh.Permissions, error) {
		if !bytes.Equal(k.Marshal(), f.user.Marshal()) {
			return nil, fmt.Errorf("unknown key")
		}
		return nil, nil
	}}
	config.AddHostKey(f.keys[i])
	conn, channels, requests, err := ssh.NewServerConn(takeFar(c, f.rtt), config)
	if err != nil {
		f.log.Printf("%s: handshake: %v", hostName(i), err)
		return
	}
	defer conn.Close()
	go ssh.DiscardRequests(requests)
	for ch := range channels {
		if ch.ChannelType() != "session" {
			ch.Reject(ssh.UnknownChannelType, ch.ChannelType())
			continue
		}
		channel, requests, err := ch.Accept()
		if err != nil {
			return
		}
		go f.session(i, channel, requests)
	}
}

func (f *fleet) session(i int, channel ssh.Channel, requests <-chan *ssh.Request) {
	defer channel.Close()
	for r := range requests {
		var m struct{ Command string }
		if r.Type != "exec" || ssh.Unmarshal(r.Payload, &m) != nil {
			r.Reply(false, nil)
			continue
		}
		r.Reply(true, nil)
		go ssh.DiscardRequests(requests)
		if err := play(f.said[i], m.Command, channel, channel, channel.Stderr()); err != nil {
			f.log.Printf("%s: %v", hostName(i), err)
		}
		return
	}
}
