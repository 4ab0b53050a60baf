package postgresql

import (
	"crypto/sha256"
	"fmt"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/postgresql/cluster"
	"odooctl/tasks/postgresql/scram"
	"odooctl/tasks/postgresql/version"
)

func init() {
	tasks.Register("postgresql.role", "the role of each deployment: may log in, is no superuser, has a SCRAM verifier",
		func() tasks.Task { return &Role{} })
}

// Role manages one role per deployment that may log in and nothing more. Its password
// reaches the server only as a SCRAM-SHA-256 verifier, before PostgreSQL 10 as an MD5
// hash.
type Role struct{}

// Plan implements tasks.Task.
func (Role) Plan(h *tasks.Host) error {
	list, err := servers(h)
	if err != nil {
		return err
	}
	for _, s := range list {
		for _, d := range s.deployments {
			if !s.Running {
				continue
			}
			if err := s.role(h, d); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *server) role(h *tasks.Host, d *inventory.Deployment) error {
	want := d.PostgreSQL.Role
	r := s.Role(want.Name)
	switch {
	case r.Bootstrap():
		return fmt.Errorf("%s: PostgreSQL %s on %s was created with the role %s as its bootstrap superuser, which cannot "+
			"lose SUPERUSER; give the deployment a role of its own", want.Pos, s.ID(), h.Name, want.Name)
	case r.Super():
		h.Warn("%s: the role %s loses SUPERUSER on PostgreSQL %s: it can no longer use what needs that, such as tables of "+
			"others and extensions that only a superuser may create", want.Pos, want.Name, s.ID())
	}
	r.SetLogin(want.CreateDB != nil && *want.CreateDB)
	if want.Password.IsZero() {
		if d.PostgreSQL.Access != inventory.AccessLocal {
			return fmt.Errorf("%s: the role %s needs a password: Odoo reaches PostgreSQL over the network",
				want.Pos, want.Name)
		}
		return nil
	}
	password, err := want.Password.Reveal()
	if err != nil {
		return err
	}
	verifier, err := s.verifier(r, want.Name, password)
	if err != nil {
		return fmt.Errorf("%s: %w", want.Password.Pos, err)
	}
	h.Inventory.Revealed().Add(verifier) // passwords can be tried against it
	r.SetVerifier(verifier)
	return nil
}

// verifier returns the form in which the server keeps the role's password: the
// one it has where that fits.
func (s *server) verifier(r *cluster.Role, name, password string) (string, error) {
	switch old := r.Verifier(); {
	case !version.Of(s.Major()).SCRAM:
		return scram.MD5(name, password), nil
	case scram.Matches(old, password):
		return old, nil
	}
	return scram.Verifier(password, salt(s.System, name), scram.Iterations)
}

// salt is derived and not random, so that planning twice gives the same plan. It
// differs by server and role, which is what a salt is for. It does not depend on the
// password: otherwise a stolen verifier would allow guesses at the cost of one plain
// hash each.
func salt(system, role string) []byte {
	sum := sha256.Sum256([]byte("odooctl scram salt\x00" + system + "\x00" + role))
	return sum[:scram.SaltSize]
}
