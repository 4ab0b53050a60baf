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

// ownLines has the site include the operator's own lines. A diff shows of them what cannot be
// a password.
func ownLines(h *tasks.Host, d *inventory.Deployment, s *site.Site) error {
	in := d.Nginx.Include
	if in.IsZero() {
		return nil
	}
	read, err := in.Read()
	if err != nil {
		return &tasks.InputError{Err: fmt.Errorf("%s: include: %w", d.Nginx.Pos, err)}
	}
	lines := ended(string(read))
	for _, open := range site.Opens(lines, *s) {
		h.Warn("%s: include of %s: %s", d.Nginx.Pos, d.Name, open)
	}
	s.Include = directory + "/" + d.Name + includeSuffix
	sum := sha256.Sum256([]byte(lines))
	s.Included = hex.EncodeToString(sum[:4])
	h.Directory(directory, "root", "root", 0o755)
	h.File(s.Include).SetText(site.Header+lines).Own("root", "root", 0o600).Hide(site.Hiding(""))
	return nil
}
