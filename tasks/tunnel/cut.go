package tunnel

import (
	_ "embed"
	"fmt"

	"odooctl/remote/shell"
	"odooctl/tasks"
)

//go:embed cut.sh
var endConnections string

// cut ends the connections of a tunnel from an unreachable host: sshd checks the key
// only at the login.
func cut(h *tasks.Host, p pass) {
	h.Command(tasks.Command{
		Title: fmt.Sprintf("end the connections of the tunnel of %s from %s", p.tunnel, p.host),
		Doing: "ending connections of " + p.host,
		Run:   shell.Call(endConnections, "end_connections", append([]string{Gate}, p.from...)...),
	})
}
