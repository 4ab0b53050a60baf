package tunnel

import (
	"fmt"
	"strings"

	"odooctl/tasks"
)

// cut ends the connections of a tunnel from an unreachable host: sshd checks the key
// only at the login.
func cut(h *tasks.Host, p pass) {
	h.Command(tasks.Command{
		Title: fmt.Sprintf("end the connections of the tunnel of %s from %s", p.tunnel, p.host),
		Run: fmt.Sprintf(`for a in %s; do
	for p in $(ss -Hntp state established dst "$a" | grep -o 'pid=[0-9]*' | cut -d = -f 2 | sort -u); do
		[ "$(stat -c %%U "/proc/$p" 2>/dev/null)" != %s ] || kill "$p"
	done
done`, strings.Join(p.from, " "), Gate),
	})
}
