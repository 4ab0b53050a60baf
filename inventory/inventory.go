package inventory

import (
	"fmt"
	"io/fs"
	"slices"

	"odooctl/inventory/nearest"
)

// Inventory is a checked inventory file. Load and Parse make it; it does not change
// afterwards and may be read by many goroutines.
type Inventory struct {
	File        string        // as it was given to Load or Parse
	Dir         string        // the folder that relative paths start from
	Hosts       []*Host       // in the order of the file, ranges expanded
	Groups      []*Group      // in the order of the file
	Deployments []*Deployment // in the order of the file
	Hooks       Hooks         // what runs call
	Notify      Notices       // the addresses that runs tell how they ended
	Digest      string        // SHA-256 of the file's bytes, in hex
	Warnings    []Error       // what is allowed but unwise, sorted by position

	secretsFile string
	hosts       map[string]*Host
	groups      map[string]*Group
	deployments map[string]*Deployment
	wanted      []wanted
	stat        func(name string) (fs.FileInfo, error)
	where       places
	made        *made
	references  *references
	revealed    *Revealed
}

// Host returns the host of that name, or nil.
func (inv *Inventory) Host(name string) *Host { return inv.hosts[name] }

// Group returns the group of that name, or nil.
func (inv *Inventory) Group(name string) *Group { return inv.groups[name] }

// Deployment returns the deployment of that name, or nil.
func (inv *Inventory) Deployment(name string) *Deployment { return inv.deployments[name] }

// FindDeployment returns the deployment of that name, which has to have these sections:
// RoleOdoo, RolePostgreSQL, RoleNginx. The error names the nearest deployment, or the section
// that is not there.
func (inv *Inventory) FindDeployment(name string, sections ...string) (*Deployment, error) {
	d := inv.deployments[name]
	if d == nil {
		return nil, fmt.Errorf("%s: deployment %s is not defined%s", inv.File, name,
			nearest.Hint(name, sortedKeys(inv.deployments)))
	}
	has := map[string]bool{RoleOdoo: d.Odoo != nil, RolePostgreSQL: d.PostgreSQL != nil, RoleNginx: d.Nginx != nil}
	for _, s := range sections {
		if !has[s] {
			return nil, fmt.Errorf("%s: deployment %s has no %s", d.Pos, name, s)
		}
	}
	return d, nil
}

// SecretsFile returns the path of the age-encrypted file that {secret: NAME} reads,
// whether it exists or not.
func (inv *Inventory) SecretsFile() string { return inv.secretsFile }

// Where tells where a value was written. field points into the inventory:
// inv.Where(&host.SSH.Port) is the line that set the port of this host, whether that is
// the host's own, a group's or the file's default. It is the zero Pos for a value that
// the file does not give.
func (inv *Inventory) Where(field any) Pos { return inv.where.of(field) }

func (inv *Inventory) inOrder(set map[*Host]bool) []*Host {
	list := make([]*Host, 0, len(set))
	for h := range set {
		list = append(list, h)
	}
	slices.SortFunc(list, func(a, b *Host) int { return a.index - b.index })
	return list
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
