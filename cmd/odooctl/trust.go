package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"odooctl/playbooks/connect"
	"odooctl/playbooks/report"
	"odooctl/tasks"
)

type trustOptions struct {
	login   loginOptions
	output  output
	limit   string
	forks   int
	yes     bool
	replace []string
}

func newTrust(u *ui) *cobra.Command {
	var o trustOptions
	c := &cobra.Command{
		Use:   "trust INVENTORY",
		Short: "Show the hosts' keys, and write the new ones into known_hosts",
		Long: `Show the key of each host and of each jump host on the way, and whether it is new,
known, changed or revoked. New keys are written into known_hosts: the first file of
ssh.known_hosts, or else ~/.ssh/known_hosts. It asks once before it writes; compare the
fingerprints with what the hosts' own consoles say:

  ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub

A key that has changed is not replaced unless --replace names its host. It logs in to
jump hosts only. Without a terminal nothing is written unless --yes is given.

Exit status:
  0    every key is known now
  1    usage or inventory, or new keys were not written
  2    a key has changed or is revoked
  4    a host could not be reached, and no key has changed
  130  interrupted`,
		Example: `odooctl trust
odooctl trust -l db1 --replace db1 # db1 was installed again`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return runTrust(c.Context(), u, args[0], o) },
	}
	limitFlag(c, &o.limit)
	o.forks = 50
	c.Flags().VarP(count(&o.forks, 1, maxForks), "forks", "f", "`hosts` to look at at the same time")
	o.login.configFlag(c)
	o.output.flags(c)
	c.Flags().BoolVarP(&o.yes, "yes", "y", false, "do not ask")
	c.Flags().StringSliceVar(&o.replace, "replace", nil, "`host` whose changed key takes the place of the known one")
	return c
}

func runTrust(ctx context.Context, u *ui, file string, o trustOptions) error {
	inv, err := u.load(file)
	if err != nil {
		return err
	}
	hosts := inv.Hosts
	if o.limit != "" {
		limit, err := u.limit(o.limit)
		if err != nil {
			return err
		}
		if hosts, err = inv.Match(limit); err != nil {
			return err
		}
	}
	network, err := u.network(ctx, inv, o.login)
	if err != nil {
		return err
	}
	keys, err := network.Scan(ctx, hosts, o.forks)
	if err != nil {
		return err
	}
	for _, name := range o.replace {
		if !slices.ContainsFunc(keys, func(k connect.HostKey) bool { return k.Host == name }) {
			return fmt.Errorf("--replace %s: there is no such host among those that were looked at", name)
		}
	}
	return u.trust(ctx, keys, o)
}

// trust shows the keys, asks, writes the new ones, and says what is left.
func (u *ui) trust(ctx context.Context, keys []connect.HostKey, o trustOptions) error {
	writes := func(k connect.HostKey) bool {
		return k.State == connect.KeyNew || k.State == connect.KeyChanged && slices.Contains(o.replace, k.Host)
	}
	pending := slices.DeleteFunc(slices.Clone(keys), func(k connect.HostKey) bool { return !writes(k) })
	if !o.output.json() || u.tty != nil && !o.yes {
		u.showing(o.output).showKeys(keys)
	}
	for _, hosts := range connect.SharedKeys(keys) {
		u.warnf("%s show the same key: clones of one machine can pass for each other; on all but one, run: rm "+
			"/etc/ssh/ssh_host_*; ssh-keygen -A",
			strings.Join(hosts, ", "))
	}
	var refused error
	agreed := o.yes || u.tty != nil && len(pending) > 0 && u.confirm(ctx, "Trust "+tasks.Plural(len(pending), "key")+"?")
	switch {
	case len(pending) == 0:
	case agreed:
		if err := connect.Trust(pending); err != nil {
			return err
		}
	case u.tty != nil:
		refused = errors.New("nothing was written")
	default:
		refused = fmt.Errorf("nothing was written: compare the fingerprints, then say --yes")
	}
	if o.output.json() {
		if err := u.printJSON(documentKeys(keys, func(k connect.HostKey) bool { return agreed && writes(k) })); err != nil {
			return err
		}
	} else if refused == nil && len(pending) > 0 {
		u.printf("%s written to %s\n", tasks.Plural(len(pending), "key"), strings.Join(knownHostsFiles(pending), ", "))
	}
	code := u.untrusted(keys, func(k connect.HostKey) bool { return agreed && writes(k) })
	if code != exitOK && (refused == nil || code == exitFailed) {
		return codeError(code)
	}
	return refused
}

// untrusted says which hosts cannot be trusted, and why; it returns the exit code.
func (u *ui) untrusted(keys []connect.HostKey, written func(connect.HostKey) bool) (code int) {
	for _, k := range keys {
		switch {
		case k.Err != nil:
			fmt.Fprintf(u.err, "odooctl: %s\n", tasks.Printable(k.Err.Error()))
			if code == exitOK {
				code = exitUnreachable
			}
		case k.State == connect.KeyChanged && !written(k):
			fmt.Fprintf(u.err, "odooctl: %s: the host shows %s, but %s; was it reinstalled? Then: --replace %s. If not, "+
				"somebody may be listening in\n",
				k.Host, k.Fingerprint, k.Known, k.Host)
			code = exitFailed
		case k.State == connect.KeyRevoked:
			fmt.Fprintf(u.err, "odooctl: %s: %s: give the host a new key\n", k.Host, k.Known)
			code = exitFailed
		}
	}
	return code
}

// showKeys prints one line per host.
func (u *ui) showKeys(keys []connect.HostKey) {
	w := newTable("HOST", "ADDRESS", "TYPE", "FINGERPRINT", "STATE")
	for _, k := range keys {
		state := string(k.State)
		switch {
		case k.Err != nil:
			state = "no key"
		case k.State == connect.KeyChanged:
			state = "CHANGED"
		}
		w.row(k.Host, k.Address, cmp.Or(k.Type, "-"), cmp.Or(k.Fingerprint, "-"), state)
	}
	_ = w.write(u.out, 0) // a fingerprint is compared whole
}

func documentKeys(keys []connect.HostKey, written func(connect.HostKey) bool) report.KeysDocument {
	list := report.KeysDocument{}
	for _, k := range keys {
		d := report.KeyOf{Host: k.Host, Address: k.Address, Type: k.Type, Fingerprint: k.Fingerprint,
			State: string(k.State), Known: k.Known, Written: written(k), File: k.KnownHostsFile()}
		if k.Err != nil {
			d.Error = k.Err.Error()
		}
		list = append(list, d)
	}
	return list
}

func knownHostsFiles(keys []connect.HostKey) (files []string) {
	for _, k := range keys {
		if file := k.KnownHostsFile(); !slices.Contains(files, file) {
			files = append(files, file)
		}
	}
	return files
}
