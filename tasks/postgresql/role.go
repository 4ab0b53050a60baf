package postgresql

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/postgresql/scram"
)

func init() {
	tasks.Register("postgresql.role", "the role of each deployment: may log in, is no superuser, has a SCRAM verifier", func() tasks.Task { return &Role{} })
	tasks.Register("postgresql.database", "the databases of each deployment, owned by its role", func() tasks.Task { return &Database{} })
}

// Role keeps one role per deployment that may log in and nothing more. Its
// password reaches the server only as a SCRAM-SHA-256 verifier.
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
			if err := s.role(d); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *served) role(d *inventory.Deployment) error {
	want := d.PostgreSQL.Role
	r := s.Role(want.Name)
	if r.Super() {
		return fmt.Errorf("%s: the role %s is a superuser of PostgreSQL %s on %s; give the deployment a role of its own", want.Pos, want.Name, s.ID(), d.PostgreSQL.Host.Name)
	}
	r.SetLogin(want.CreateDB != nil && *want.CreateDB)
	if want.Password.IsZero() {
		if d.PostgreSQL.Access != inventory.AccessLocal {
			return fmt.Errorf("%s: the role %s needs a password: Odoo reaches PostgreSQL over the network", want.Pos, want.Name)
		}
		return nil
	}
	password, err := want.Password.Reveal()
	if err != nil {
		return fmt.Errorf("%s: %w", want.Password.Pos, err)
	}
	if scram.Matches(r.Verifier(), password) {
		return nil
	}
	verifier, err := scram.Verifier(password, salt(password, s.System, want.Name), 4096)
	if err != nil {
		return fmt.Errorf("%s: %w", want.Password.Pos, err)
	}
	r.SetVerifier(verifier)
	return nil
}

// salt is derived and not drawn, so that planning twice gives the same plan. It
// differs by server, role and password, which is what a salt is for.
func salt(password, system, role string) []byte {
	mac := hmac.New(sha256.New, []byte(password))
	fmt.Fprintf(mac, "odooctl scram salt\x00%s\x00%s", system, role)
	return mac.Sum(nil)[:16]
}

// Database keeps the databases of each deployment, owned by its role.
type Database struct{}

// Plan implements tasks.Task.
func (Database) Plan(h *tasks.Host) error {
	list, err := servers(h)
	if err != nil {
		return err
	}
	for _, s := range list {
		for _, d := range s.deployments {
			if d.Odoo == nil || !s.Running {
				continue
			}
			for _, name := range d.Odoo.Databases {
				s.Database(name).SetOwner(d.PostgreSQL.Role.Name)
			}
		}
	}
	return nil
}
