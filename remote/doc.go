// Package remote carries bytes to and from one host over SSH: a login, one POSIX shell
// that runs every script, and connections through the host.
//
//	client, err := remote.Dial(ctx, remote.Config{
//		Host: "db1", Address: "192.168.1.2", Port: 22, User: "deploy",
//		IdentityFiles: []string{"/home/ann/.ssh/id_ed25519"},
//		KnownHosts:    []string{"/home/ann/.ssh/known_hosts"},
//		Sudo:          true,
//	})
//	shell, result, err := client.Start(ctx, "cat /etc/hostname")
//	result, err = shell.Run(ctx, "cat >/etc/motd", []byte("hello"))
//
// A login costs 7 round trips, the first script's answer arrives after 9 (10 with Shell
// and Run), and every later script costs one; see Cost. Nothing is installed on the
// host: it needs sshd, a POSIX sh with -ef, dd, rm and sleep. The login
// shell may be fish or csh, and its start-up files may print anything.
//
// Root comes by sudo, or by doas where there is no sudo. sudo may want a
// password, which costs two round trips more, or a terminal. Upload carries large
// files by sftp. Local is the machine that the program runs on: the
// same shell without SSH.
//
// Where OpenSSH is logged in to the host and shares its connection, Config.Masters, that one
// is used, and the first answer arrives after 2.
//
// Host keys are checked strictly. A refused login is never retried; a connection
// dropped before the host proved its key is.
//
// Every error of this package that concerns a host is an *Error, whose Kind
// distinguishes an unreachable host, a changed key, a refused login and a dead
// connection.
//
// A host behind a bastion names it as Config.Jump, which may have a Jump of its own.
// Share a Limiter, a Keyring and Bastions among all Dials of a run: each bastion then
// has one connection, however many hosts are behind it, no sshd sees more concurrent
// handshakes than it accepts, each key file is read once, and the key that worked
// elsewhere is offered first.
package remote
