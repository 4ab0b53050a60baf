package dbfilter

import "strings"

// One returns a host name under which Odoo shows exactly one of the databases, one of the wanted, and that name is of
// these server names of nginx: such a request has a database. ok is false if there is none.
func (r Rule) One(hosts, databases, wanted []string) (host string, ok bool) {
	patternFor := r.patterns()
	for _, host := range hosts {
		for _, name := range below(host, wanted) {
			shown, err := r.shown(patternFor, name, databases)
			if err != nil || len(shown) != 1 {
				continue
			}
			for _, w := range wanted {
				if w == shown[0] {
					return name, true
				}
			}
		}
	}
	return "", false
}

// below are names that match a server name. Those of *.example.com are made of what filters such as ^%d$, ^%h$,
// ^%d_prod$ and ^crm-%d$ would put into the name of a database.
func below(host string, databases []string) (names []string) {
	if label, is := strings.CutSuffix(host, ".*"); is {
		return []string{label + ".example"}
	}
	domain, is := strings.CutPrefix(host, "*")
	if !is {
		return []string{host}
	}
	for _, db := range databases {
		if strings.HasSuffix(db, domain) {
			names = append(names, db)
		}
		names = append(names, db+domain)
		for i := range len(db) {
			if strings.ContainsRune("-_.", rune(db[i])) {
				names = append(names, db[:i]+domain, db[i+1:]+domain)
			}
		}
	}
	return append(names, "www"+domain)
}
