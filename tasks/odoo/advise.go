package odoo

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"odooctl/inventory"
	"odooctl/tasks/odoo/dbfilter"
	"odooctl/tasks/odoo/version"
)

// AdviseAll checks every deployment without connecting to a host. If the inventory has
// no version, all versions are checked, and a finding that not all of them share lists
// those that do.
func AdviseAll(inv *inventory.Inventory) (warnings []inventory.Error, errs inventory.Errors) {
	of := owners{}
	for _, d := range inv.Deployments {
		if d.Odoo == nil {
			continue
		}
		found, err := adviseAny(inv, d, of.listed(d))
		warnings = append(warnings, found...)
		for _, err := range []error{err, decided(d)} {
			if fault, ok := err.(inventory.Error); ok {
				errs = append(errs, fault)
			}
		}
	}
	slices.SortStableFunc(warnings, func(a, b inventory.Error) int { return cmp.Compare(a.Pos.Line, b.Pos.Line) })
	return warnings, errs
}

// adviseAny is Advise for the version in the inventory, or for all of them. Then only
// what every version refuses is an error.
func adviseAny(inv *inventory.Inventory, d *inventory.Deployment, databases []string) (warnings []inventory.Error,
	err error) {
	if d.Odoo.Version != "" {
		return adviseOf(inv, d, d.Odoo.Version, databases)
	}
	first, refusals := version.First, 0
	if d.Odoo.DBFilter == "" {
		first = firstUnfiltered()
	}
	all := version.Last - first + 1
	var order []inventory.Error
	said := map[inventory.Error][]int{} // the majors with each finding
	var found []inventory.Error
	var refused error
	var before dbfilter.Semantics
	for major := first; major <= version.Last; major++ {
		if s, err := dbfilter.Of(strconv.Itoa(major)); err != nil || s != before { // else they find the same
			found, refused = adviseOf(inv, d, strconv.Itoa(major), databases)
			before = s
		}
		told := found
		if fault, ok := refused.(inventory.Error); ok {
			told, err, refusals = append(slices.Clone(found), fault), refused, refusals+1
		}
		for _, f := range told {
			if said[f] == nil {
				order = append(order, f)
			}
			said[f] = append(said[f], major)
		}
	}
	if refusals == all {
		return nil, err
	}
	for _, f := range order {
		if majors := said[f]; len(majors) < all {
			f.Msg = fmt.Sprintf("on Odoo %s: %s; set version to be sure", spans(majors), f.Msg)
		}
		warnings = append(warnings, f)
	}
	return warnings, nil
}

// spans formats ascending numbers: 10 to 15 and 19.
func spans(numbers []int) string {
	var parts []string
	for i := 0; i < len(numbers); {
		j := i
		for j+1 < len(numbers) && numbers[j+1] == numbers[j]+1 {
			j++
		}
		part := strconv.Itoa(numbers[i])
		if j > i {
			part += " to " + strconv.Itoa(numbers[j])
		}
		parts = append(parts, part)
		i = j + 1
	}
	return strings.Join(parts, " and ")
}

// firstUnfiltered is the first major that has no filter of its own. Those before show
// everything, and few have them any more.
func firstUnfiltered() int {
	for major := version.First; major < version.Last; major++ {
		if s, err := dbfilter.Of(strconv.Itoa(major)); err == nil && s.Default() == "" {
			return major
		}
	}
	return version.Last
}

// owners are the databases of each role that owns some, which may be that of many deployments.
type owners map[owner][]string

type owner struct {
	host                   *inventory.Host
	version, cluster, role string
}

// listed is Listed, which is worked out once for a role.
func (o owners) listed(d *inventory.Deployment) []string {
	p := d.PostgreSQL
	if p == nil || p.Host == nil {
		return Listed(d)
	}
	key := owner{p.Host, p.Version, p.Cluster, p.Role.Name}
	list, known := o[key]
	if !known {
		list = Listed(d)
		o[key] = list
	}
	return list
}
