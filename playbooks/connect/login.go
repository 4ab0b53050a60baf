package connect

import "context"

// Login is what the operator's machine brings to every connection. The inventory
// wins over it, and so do the files of Config.
type Login struct {
	User       string   // the user here, who logs in where nothing names another
	Home       string   // home folder here
	Identities []string // key files to try where none is named
	KnownHosts []string // where none is named
	Agent      string   // socket of the SSH agent; "" = none

	Config []string // ssh_config files, in order
	// ConfigGiven says that Config is what the operator named, and not the usual files.
	ConfigGiven bool
	Env         func(string) string // environment, for ${NAME} in them; nil = none

	// Passphrase returns that of an encrypted key file; nil: there is nobody to ask.
	Passphrase func(ctx context.Context, file string) (string, error)
	// Password returns what a host is given that takes no key; nil: none is.
	Password func(context.Context) (string, error)
	// SudoPassword returns what sudo is answered where it asks; nil: it must not.
	SudoPassword func(context.Context) (string, error)
	// Warn takes what a file of Config says and is not followed; nil: nobody listens.
	Warn func(text string)
}
