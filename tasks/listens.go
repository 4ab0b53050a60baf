package tasks

import (
	_ "embed"

	"odooctl/remote/shell"
)

//go:embed listens.sh
var listens string

// Listens are shell functions that tell which unit a process is of, and whether one of a unit listens on a port: what
// another program answers there proves nothing. See listens.sh.
var Listens = shell.Bare(listens)
