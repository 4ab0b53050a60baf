package nginx

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/nginx/site"
)

// includeSuffix ends the names of the files with the operator's own lines, which nginx reads
// where a site includes them, and nowhere else.
const includeSuffix = ".include"

// CheckLocation says what is wrong with one of the operator's own locations, without a host.
func CheckLocation(n *inventory.Nginx, l inventory.Location) error {
	where := site.Site{Manager: reach(&n.DatabaseManager), RPC: reach(n.RPC)}
	return site.Location{Match: l.Match, Lines: l.Lines}.Check(where)
}

// ownLines has the site include the operator's own lines and locations. A diff shows of them what
// cannot be a password.
func ownLines(h *tasks.Host, d *inventory.Deployment, s *site.Site) error {
	lines := ""
	if in := d.Nginx.Include; !in.IsZero() {
		read, err := in.Read()
		if err != nil {
			return &tasks.InputError{Err: fmt.Errorf("%s: include: %w", d.Nginx.Pos, err)}
		}
		lines = ended(string(read))
		for _, open := range site.Opens(lines, *s) {
			h.Warn("%s: include of %s: %s", d.Nginx.Pos, d.Name, open)
		}
	}
	for _, l := range d.Nginx.Locations {
		if err := CheckLocation(d.Nginx, l); err != nil {
			return fmt.Errorf("%s: location %w", l.Pos, err)
		}
		lines += site.Location{Match: l.Match, Lines: l.Lines}.String()
	}
	if lines == "" {
		return nil
	}
	s.Include = directory + "/" + d.Name + includeSuffix
	sum := sha256.Sum256([]byte(lines))
	s.Included = hex.EncodeToString(sum[:4])
	h.Directory(directory, "root", "root", 0o755)
	h.File(s.Include).SetText(site.Header+lines).Own("root", "root", 0o600).Hide(site.Hiding(""))
	return nil
}
