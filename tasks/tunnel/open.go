package tunnel

import (
	"fmt"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/postgresql"
	"odooctl/tasks/postgresql/cluster"
)

// Odoo is the user of a tunnel on an Odoo host.
type Odoo struct {
	Group  string // has access to the tunnel's socket
	Config string // odoo.conf, with the role and its password
	Python string // shell that runs a Python with psycopg2; "" = python3, without modules that others than root can write
}

// Open manages the Odoo host's end of a deployment's tunnel: the key, which is made
// here and never leaves, the pinned host keys of the database host, and the service.
// Until the database host has admitted the key there is no service; see Ready.
func Open(h *tasks.Host, d *inventory.Deployment, o Odoo) error {
	h.User(User, home, nologin)
	h.Directory(folder(d.Name), "root", "root", 0o755)
	h.Private(folder(d.Name) + "/" + firstKey).Exists()
	h.Unit(Unit(d))
	known := h.File(folder(d.Name) + "/known_hosts")
	steps, taken := h.Holds(hasSteps), h.Holds(portTaken(d.PostgreSQL.Tunnel))
	far, err := farEnd(h, d)
	if err != nil {
		return err
	}
	k := newest(h, d.Name)
	switch {
	case k.public == "":
		generateKey(h, d.Name, firstKey)
		h.Unknown("the tunnel of %s to %s, whose key is made first", d.Name, far.Name)
		return nil
	case !far.server.Running: // its future address is unknown; package odoo reports it
		return nil
	case !lets(far.Host, k.public):
		return errorAt(d,
			"%s does not let in the key that the tunnel of %s has on %s: apply to both, without -l or with -l %s,%s",
			far.Name, d.Name, h.Name, far.Name, h.Name)
	}
	u := service{Deployment: d, Odoo: o, key: k.path, port: far.port, steps: steps}
	proof := Probe(h, d, o, far.server)
	if taken && !u.holds(h) {
		return errorAt(d,
			"port %d of %s is in use, so the tunnel of %s cannot listen there (`ss -ltnp 'sport = :%[1]d'` shows who does): "+
				"give it another postgresql.tunnel.port", d.PostgreSQL.Tunnel.Port, h.Name, d.Name)
	}
	if err := u.keep(h, known, far.pinned); err != nil {
		return err
	}
	h.Prove(Unit(d), tasks.Proof{After: proof, Within: 60})
	return nil
}

// far is the database host's end, as seen from the Odoo host.
type far struct {
	*tasks.Host
	server *cluster.Cluster
	port   int    // of the server
	pinned string // known_hosts
}

// farEnd returns the database host's end. It requests everything in one round.
func farEnd(h *tasks.Host, d *inventory.Deployment) (f far, err error) {
	if f.Host, err = h.Peer(d.PostgreSQL.Host.Name); err != nil {
		return f, err
	}
	f.File(keysFile).Text()
	pinned, pinError := pin(f.Host)
	f.pinned = pinned
	if f.server, err = postgresql.Server(f.Host, d); err != nil {
		return f, err
	}
	if f.port, err = postgresql.Port(f.Host, d); err != nil {
		return f, err
	}
	return f, pinError
}

// newest returns the key that the tunnel should use: the newest existing one.
func newest(h *tasks.Host, name string) (k key) {
	for _, one := range keys(h, name) {
		if one.public != "" {
			k = one
		}
	}
	return k
}

// generateKey has a key made on the host: the private half where there is none, and the
// public half from it. The private half is staged first, for its name sorts first.
func generateKey(h *tasks.Host, name, base string) {
	private, public := h.Private(folder(name)+"/"+base), h.File(folder(name)+"/"+base+".pub")
	from := fmt.Sprintf("%s/%s", folder(name), base)
	if !private.Exists() {
		private.Generate(`rm -f "$1" && ssh-keygen -q -t ed25519 -N "" -C odooctl -f "$1" && rm -f "$1.pub"`, false)
		from = fmt.Sprintf(`${1%%/*}/.%s.odooctl-${1##*.odooctl-}`, base)
	}
	private.Own(User, User, 0o600)
	public.Generate(`ssh-keygen -y -f "`+from+`" >"$1"`, true).Own("root", "root", 0o644)
}
