// Package sshconfig answers what OpenSSH's ssh_config(5) files say about a host, as far
// as a client other than OpenSSH can honour them.
//
//	config, err := sshconfig.Load(sshconfig.Machine{Home: "/home/ann", User: "ann"}, "/home/ann/.ssh/config")
//	settings := config.Host(ctx, sshconfig.Target{Name: "app1"})
//	hops, err := sshconfig.ParseJump(settings.ProxyJump)
//
// The first value found wins, as in OpenSSH, so name the operator's file before the
// system's. Supported are Host, Match, Include, the keywords of Settings, and their
// tokens. An unsupported line that changes how the host is reached, such as
// KnownHostsCommand, becomes one of Settings.Warnings; all others do not matter to a
// client that runs scripts, and are ignored.
//
// The rules are those of OpenSSH 9.2; a test compares with ssh -G.
package sshconfig
