package connect

import "context"

// Login is what the operator's machine contributes to every connection. The inventory and
// the files of Config take precedence over it.
type Login struct {
	User       string   // the user on this machine, who logs in unless another one is named
	Home       string   // home folder on this machine
	Identities []string // key files to try where none is named
	KnownHosts []string // files to use where none is named
	// GlobalKnownHosts are the machine's files, read beside those where none is named.
	GlobalKnownHosts []string
	Agent            string // socket of the SSH agent; "" = none

	Config []string // ssh_config files, in order
	// ConfigGiven says that the operator named Config, instead of using the default files.
	ConfigGiven bool
	Env         func(string) string // environment, for ${NAME} in Config; nil = none

	// Passphrase returns the passphrase of an encrypted key file; nil: it cannot be asked for.
	Passphrase func(ctx context.Context, file string) (string, error)
	// Password returns the password for a host that accepts no key; nil: there is none.
	Password func(context.Context) (string, error)
	// SudoPassword returns the answer when sudo asks; nil: it must not ask.
	SudoPassword func(context.Context) (string, error)
	// Warn is told what a file of Config says that is not followed, and which lines of
	// known_hosts cannot be read; nil: no warnings.
	Warn func(text string)
}
