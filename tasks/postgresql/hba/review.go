package hba

import (
	"fmt"
	"net/netip"
	"slices"
)

// Finding is a rule of odooctl and a record of others that overlap: some connections
// match both, and only the first of the two decides.
type Finding struct {
	Rule  Rule
	Other *Record
	Conn  Conn // one of the connections
	Hides bool // the rule is first and the record is stricter; else the record is first
}

func (f Finding) String() string {
	who := fmt.Sprintf("%s to %s from %s", f.Conn.User, f.Conn.Database, f.Conn.from())
	if f.Hides {
		return fmt.Sprintf("`%s` does not decide for %s: the rule of %s stands before it and asks for %s",
			f.Other, who, f.Rule.Comment, f.Rule.Method)
	}
	_, does := f.Other.explain(f.Conn, 0)
	return fmt.Sprintf("`%s` decides for %s, and not the rule of %s behind it: %s", f.Other, who, f.Rule.Comment, does)
}

func (c Conn) from() string {
	switch {
	case !c.Address.IsValid():
		return "the unix socket"
	case c.TLS:
		return c.Address.String() + " with TLS"
	}
	return c.Address.String() + " without TLS"
}

// Review lists the records of others that overlap with the rules, by trying connections
// that each rule is meant for. without is the file without odooctl's rules, with the
// same file with them. A record and all rules with one comment make one finding.
func Review(without, with *File, rules []Rule) (findings []Finding) {
	foreign := map[string]bool{}
	for _, r := range without.Records {
		foreign[r.String()] = true
	}
	type meeting struct {
		other   *Record
		comment string
		hides   bool
	}
	met := map[meeting]bool{}
	for _, rule := range rules {
		for _, c := range rule.connections(without) {
			first, otherwise := with.Match(c), without.Match(c)
			f := Finding{Rule: rule, Conn: c}
			switch {
			case first == nil || otherwise == nil:
				continue
			case foreign[first.String()] && first.String() == otherwise.String():
				f.Other = otherwise
			case otherwise.stricter(rule.Method):
				f.Other, f.Hides = otherwise, true
			default:
				continue
			}
			if m := (meeting{f.Other, rule.Comment, f.Hides}); !met[m] {
				met[m] = true
				findings = append(findings, f)
			}
		}
	}
	return findings
}

// connections are some that the rule is meant for: with each name, from the ends of its
// range and from those of every range of the file inside it.
func (r Rule) connections(f *File) (list []Conn) {
	ways := []Conn{{}}
	if r.Type != string(Local) {
		ends := ends(r.Address)
		for _, other := range f.Records {
			for _, a := range other.network.ends() {
				if r.Address.Contains(a) && !slices.Contains(ends, a) {
					ends = append(ends, a)
				}
			}
		}
		ways = nil
		for _, a := range ends {
			ways = append(ways, Conn{Address: a, TLS: true})
			if r.Type != string(HostSSL) {
				ways = append(ways, Conn{Address: a})
			}
		}
	}
	for _, c := range ways {
		for _, c.Database = range r.Databases {
			for _, c.User = range r.Users {
				list = append(list, c)
			}
		}
	}
	return list
}

// ends are the first and the last address of a range.
func ends(p netip.Prefix) []netip.Addr {
	mask, _ := cidrMask(fmt.Sprint(p.Bits()), p.Addr().BitLen())
	return maskedNetwork{p.Addr(), mask}.ends()
}

func (n maskedNetwork) ends() []netip.Addr {
	if !n.address.IsValid() {
		return nil
	}
	first, last := n.address.AsSlice(), n.address.AsSlice()
	for i, m := range n.mask.AsSlice() {
		first[i] &= m
		last[i] |= ^m
	}
	a, _ := netip.AddrFromSlice(first)
	b, _ := netip.AddrFromSlice(last)
	return []netip.Addr{a, b}
}

// strength orders what a client has to prove. Methods that are missing are between
// plain passwords and certificates, and not compared.
var strength = map[string]int{"trust": 1, "password": 2, "md5": 3, "scram-sha-256": 4, "gss": 5, "cert": 5, "reject": 6}

// stricter reports whether the record requires more than the method.
func (r *Record) stricter(method string) bool {
	certificate, _ := r.option("clientcert")
	return strength[r.Method] > strength[method] || certificate == "verify-ca" || certificate == "verify-full"
}

// Lockout is an administrator's access that an edit would change.
type Lockout struct {
	Conn Conn
	Was  *Record
	Is   *Record // nil: the server would reject
}

func (l *Lockout) Error() string {
	is := "no rule would match, and the server would reject"
	if l.Is != nil {
		is = fmt.Sprintf("`%s` would decide", l.Is)
	}
	return fmt.Sprintf("`%s` lets %s in from %s, and with odooctl's rules %s", l.Was, l.Conn.User, l.Conn.from(), is)
}

// LockedOut returns an access of the administrators for which another record decides
// after the edit, or nil: through the socket, and from the ends of every range in the
// file, with TLS and without.
func LockedOut(before, after *File, administrators []string) *Lockout {
	ways := []Conn{{}}
	for _, r := range before.Records {
		for _, a := range r.network.ends() {
			ways = append(ways, Conn{Address: a, TLS: true}, Conn{Address: a})
		}
	}
	for _, c := range ways {
		c.Database = "postgres"
		for _, c.User = range administrators {
			was := before.Match(c)
			if was == nil || was.Method == "reject" {
				continue
			}
			if is := after.Match(c); is == nil || is.String() != was.String() {
				return &Lockout{c, was, is}
			}
		}
	}
	return nil
}
