// Package sshconfig answers what ssh_config(5) files of OpenSSH say about a
// host, as far as a client that is not OpenSSH can follow them.
//
//	config, err := sshconfig.Load(sshconfig.Machine{Home: "/home/ann", User: "ann"}, "/home/ann/.ssh/config")
//	settings := config.Host(sshconfig.Target{Name: "app1"})
//	hops, err := sshconfig.ParseJump(settings.ProxyJump)
//
// The first value found wins, as in OpenSSH, so the operator's file is named
// before the system's. Followed are Host, Match (all, host, originalhost, user,
// localuser), Include, the keywords of Settings, and their tokens. A line that
// would change how the host is reached and that is not followed, such as
// ProxyCommand or Match exec, is one of Settings.Warnings; all others are not
// for a client that runs scripts, and are passed over.
//
// The rules are those of OpenSSH 9.2; a test compares with ssh -G.
package sshconfig
