package run

import (
	"context"
	"fmt"
	"slices"
	"time"

	"odooctl/inventory"
	"odooctl/tasks"
)

// working lists the hosts that still work on requests while a host is drained: itself, or
// the Odoo hosts of the deployments whose databases it has.
func working(h *inventory.Host, list []front) (hosts []*inventory.Host) {
	for _, f := range list {
		for _, o := range f.Odoo.Hosts {
			if (o == h || f.data) && !slices.Contains(hosts, o) {
				hosts = append(hosts, o)
			}
		}
	}
	return hosts
}

// settle waits until the host has no connections from requests any more. Long polls and
// websockets would stay open, so the time is bounded. The error says how many are left.
func (r *Run) settle(ctx context.Context, h *inventory.Host, list []front, within time.Duration) error {
	sh, err := r.shell(ctx, h)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, within+time.Minute)
	defer cancel()
	ports := ""
	for _, f := range list {
		http, chat := f.Odoo.Ports()
		ports += fmt.Sprintf(" or sport = :%d or sport = :%d", http, chat)
	}
	turn := r.turn(h.Name)
	turn.Lock()
	defer turn.Unlock()
	res, err := sh.Run(ctx, fmt.Sprintf(settled, ports[len(" or "):], int(within.Seconds())), nil)
	if err == nil && res.Code != 0 {
		err = fmt.Errorf("%s still open after %s: they are cut", tasks.Printable(r.tail(string(res.Stdout))), within)
	}
	return err
}

// settled is shell that succeeds when no connection to the ports is open.
const settled = `command -v ss >/dev/null || exit 0
end=$(($(date +%%s) + %[2]d))
while :; do
	n=$(ss -Htn state established '( %[1]s )' | wc -l)
	[ "$n" -gt 0 ] || exit 0
	[ "$(date +%%s)" -lt $end ] || { echo "$n connections"; exit 1; }
	sleep 0.2
done
`
