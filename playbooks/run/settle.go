package run

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"odooctl/inventory"
	"odooctl/remote/shell"
	"odooctl/tasks"
)

//go:embed settle.sh
var settled string

// chatting is how long connections of live chat are waited for.
const chatting = 5 * time.Second

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

// ownPort is the port of the Odoo itself; see inventory.SparePort.
func ownPort(port int) int { return port }

// settle waits until the host has no connections from requests any more, on the ports that
// at returns for those of the Odoos. The error says how many are left.
func (r *Run) settle(ctx context.Context, h *inventory.Host, list []front, at func(int) int,
	within time.Duration) error {
	sh, err := r.shell(ctx, h)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, within+time.Minute)
	defer cancel()
	var ports, chats []string
	for _, f := range list {
		http, chat := f.Odoo.Ports()
		ports, chats = append(ports, strconv.Itoa(at(http))), append(chats, strconv.Itoa(at(chat)))
	}
	turn := r.turn(h.Name)
	turn.Lock()
	defer turn.Unlock()
	defer r.step(h.Name, "waiting for the requests in flight")()
	res, err := sh.Run(ctx, "sh -c "+shell.Quote(settled)+" settle "+shell.Words(seconds(within),
		seconds(min(within, chatting)),
		strings.Join(ports, " "), strings.Join(chats, " ")), nil)
	if err == nil && res.Code != 0 {
		err = fmt.Errorf("%s still open after %s: they are cut", tasks.Printable(r.tail(string(res.Stdout))), within)
	}
	return err
}

func seconds(d time.Duration) string { return strconv.Itoa(int(d.Seconds())) }
