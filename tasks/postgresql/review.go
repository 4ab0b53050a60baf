package postgresql

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/postgresql/hba"
)

// review compares how the server reads its pg_hba.conf before and after the edit
// that the picture has. It warns of rules that meet others', and fails where the
// edit would change how an administrator comes in: found is the file before.
func (s *server) review(h *tasks.Host, found *hba.File, foreign string, rules []hba.Rule) error {
	with, err := loadHBA(h, s.Cluster)
	if errors.Is(err, fs.ErrNotExist) { // not read yet, or it does not exist and nothing is written
		return nil
	}
	if err != nil {
		return err
	}
	if lost := hba.LockedOut(found, with, s.administrators()); lost != nil {
		return fmt.Errorf("%s:%d: %w: nothing is changed; move the line out of odooctl's part, above the first host line",
			lost.Was.File, lost.Was.Line, lost)
	}
	without, err := hba.Load(overlay{picture{h}, map[string]string{s.HBA: foreign}}, s.HBA, s.Major())
	if err != nil {
		return err
	}
	for _, f := range hba.Review(without, with, rules) {
		h.Warn("%s: %s", place(found, f.Other), f)
	}
	return nil
}

// administrators are all superusers but the roles of deployments, which are none
// after the run.
func (s *server) administrators() (names []string) {
	for _, name := range append([]string{"postgres"}, s.Superusers()...) {
		ours := slices.ContainsFunc(s.deployments,
			func(d *inventory.Deployment) bool { return d.PostgreSQL.Role.Name == name })
		if (name == "postgres" || !ours) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// place is the position of a record in the file as it was found.
func place(found *hba.File, r *hba.Record) string {
	for _, other := range found.Records {
		if other.File == r.File && other.String() == r.String() {
			r = other
			break
		}
	}
	return fmt.Sprintf("%s:%d", r.File, r.Line)
}

// ownHBA is the path of odooctl's own file from PostgreSQL 16 on. The server looks
// for it beside the file that names it.
func (s *server) ownHBA() string { return path.Join(path.Dir(s.HBA), hba.IncludedFile) }

// overlay is a picture with some files' texts replaced.
type overlay struct {
	picture
	texts map[string]string
}

// ReadFile implements fs.ReadFileFS.
func (o overlay) ReadFile(name string) ([]byte, error) {
	if text, ok := o.texts["/"+strings.TrimPrefix(name, "/")]; ok {
		return []byte(text), nil
	}
	return o.picture.ReadFile(name)
}
