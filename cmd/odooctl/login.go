package main

import (
	"context"
	"fmt"
	"os"
	"os/user"
	"path/filepath"

	"github.com/spf13/cobra"

	"odooctl/inventory"
	"odooctl/playbooks/connect"
)

// loginOptions are the flags of every verb that logs in to hosts.
type loginOptions struct {
	config  string
	askPass bool
	askSudo bool
}

func (o *loginOptions) flags(c *cobra.Command) {
	o.configFlag(c)
	c.Flags().BoolVar(&o.askPass, "ask-pass", false, "ask for the login password, once for all hosts, for those that "+
		"accept no key")
	o.sudoFlag(c)
}

func (o *loginOptions) configFlag(c *cobra.Command) {
	c.Flags().StringVarP(&o.config, "ssh-config", "F", "", "ssh_config `file` in place of ~/.ssh/config and "+
		"/etc/ssh/ssh_config; \"none\" reads no file")
}

// passphraseVariable holds the passphrase of encrypted keys where there is no terminal.
const passphraseVariable = "ODOOCTL_KEY_PASSPHRASE"

// network is how hosts are reached. The passwords that all of them share are asked for
// now, the passphrase of a key when the first host needs that key.
func (u *ui) network(ctx context.Context, inv *inventory.Inventory, o loginOptions) (*connect.Network, error) {
	login := u.login(o.config)
	var err error
	if login.SudoPassword, err = u.sudoPassword(ctx, o.askSudo); err != nil {
		return nil, err
	}
	if login.Password, err = u.loginPassword(ctx, o.askPass); err != nil {
		return nil, err
	}
	return connect.New(inv, login)
}

// login is what the operator's machine contributes to a connection.
func (u *ui) login(config string) connect.Login {
	l := connect.Login{Agent: u.env("SSH_AUTH_SOCK"), Env: u.env, Passphrase: u.passphrase(),
		Warn: func(text string) { u.warnf("%s", text) }}
	if me, err := user.Current(); err == nil {
		l.User = me.Username
	}
	l.GlobalKnownHosts = []string{"/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"}
	configs := []string{"/etc/ssh/ssh_config"}
	if home, err := os.UserHomeDir(); err == nil {
		l.Home = home
		for _, name := range []string{"id_ed25519", "id_ecdsa", "id_rsa"} {
			if key := filepath.Join(home, ".ssh", name); exists(key) {
				l.Identities = append(l.Identities, key)
			}
		}
		l.KnownHosts = []string{filepath.Join(home, ".ssh", "known_hosts"), filepath.Join(home, ".ssh", "known_hosts2")}
		configs = []string{filepath.Join(home, ".ssh", "config"), configs[0]}
	}
	l.ConfigGiven = config != ""
	switch config {
	case "none":
	case "":
		for _, file := range configs {
			if exists(file) {
				l.Config = append(l.Config, file)
			}
		}
	default:
		l.Config = []string{config}
	}
	return l
}

// passphrase returns the function that asks for the passphrase of a key file; nil where
// it is neither set nor can be asked for.
func (u *ui) passphrase() func(context.Context, string) (string, error) {
	set := u.env(passphraseVariable)
	if set == "" && u.tty == nil {
		return nil
	}
	return func(ctx context.Context, file string) (string, error) {
		if set != "" {
			return set, nil
		}
		return u.hidden(ctx, "Passphrase of "+file+": ")
	}
}

// loginPassword asks for the password for hosts that accept no key; nil if ask is false.
func (u *ui) loginPassword(ctx context.Context, ask bool) (func(context.Context) (string, error), error) {
	if !ask {
		return nil, nil
	}
	if u.tty == nil {
		return nil, fmt.Errorf("--ask-pass: there is no terminal to ask on; log in with a key")
	}
	password, err := u.hidden(ctx, "Login password: ")
	if err != nil {
		return nil, err
	}
	return func(context.Context) (string, error) { return password, nil }, nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
