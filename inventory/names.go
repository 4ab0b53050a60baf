package inventory

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

var (
	inventoryName = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$`)
	hostLabel     = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$`)
	unixUser      = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]{0,31}$`)
	databaseName  = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]*$`)
	roleName      = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]*$`)
	clusterName   = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}$`)
	sectionName   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:-]{0,62}$`)
	optionName    = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)
	settingName   = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?$`)
	hostPath      = regexp.MustCompile(`^/[A-Za-z0-9._/@+-]*$`)
)

// checkName checks what a host, a group or a deployment is called. The name becomes part
// of file names, unit names and patterns.
func checkName(name string) error {
	switch {
	case len(name) > 63:
		return fmt.Errorf("%.63q...: a name has 63 characters at most", name)
	case !inventoryName.MatchString(name) || strings.Contains(name, ".."):
		return fmt.Errorf("%q: a name is made of letters, digits and . _ - inside", name)
	}
	return nil
}

// checkHostName checks a name as DNS takes it: RFC 1123, section 2.1. What ends in a
// number is meant as an IP address.
func checkHostName(name string) error {
	labels := strings.Split(name, ".")
	if len(name) > 253 || !slices.ContainsFunc(labels, func(l string) bool { return l != "" }) {
		return fmt.Errorf("%.60q is not a host name", name)
	}
	for _, l := range labels {
		if !hostLabel.MatchString(l) {
			return fmt.Errorf("%.60q is not a host name: its parts are letters, digits and - inside, 63 at most", name)
		}
	}
	zero := slices.IndexFunc(labels, func(l string) bool { return isDigits(l) && len(l) > 1 && l[0] == '0' })
	if zero >= 0 && len(labels) == 4 && isDigits(strings.Join(labels, "")) {
		return fmt.Errorf("%s is not an IPv4 address: %s begins with 0, which some programs read as octal; write it without",
			name, labels[zero])
	}
	if isDigits(labels[len(labels)-1]) {
		return fmt.Errorf("%s is not an IPv4 address", name)
	}
	return nil
}

// readOtherwise says what other readers of YAML make of an unquoted text that is a name
// here; "" if they read it as it stands (YAML 1.1, types bool, int and float).
func readOtherwise(n *yaml.Node) string {
	n = resolve(n)
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
		return ""
	}
	switch strings.ToLower(n.Value) {
	case "y", "yes", "on":
		return "true"
	case "n", "no", "off":
		return "false"
	}
	tag, plain := n.ShortTag(), isDigits(n.Value) && (n.Value[0] != '0' || n.Value == "0")
	if plain || tag != "!!int" && tag != "!!float" {
		return ""
	}
	return "another number"
}

// checkAddress checks where a host is reached.
func checkAddress(address string) error {
	ip, err := netip.ParseAddr(address)
	switch {
	case err == nil:
		return checkIP(ip)
	case strings.HasPrefix(address, "["):
		return fmt.Errorf("%s: write an IPv6 address without brackets and a port as ssh: {port: 2222}", address)
	case strings.Contains(address, "@"):
		return fmt.Errorf("%s: write the user as ssh: {user: ...}", address)
	case strings.Count(address, ":") == 1:
		return fmt.Errorf("%s: write the port as ssh: {port: ...}", address)
	case strings.Contains(address, ":"):
		return fmt.Errorf("%s is not an IPv6 address", address)
	case strings.Contains(address, "/"):
		return fmt.Errorf("%s: an address has no / in it", address)
	}
	return checkHostName(address)
}

func checkIP(ip netip.Addr) error {
	switch {
	case ip.Is4In6():
		return fmt.Errorf("%s is an IPv4 address in IPv6 form: write %s", ip, ip.Unmap())
	case ip.Zone() != "":
		return fmt.Errorf("%s: an address with a zone means something on one machine only", ip)
	case ip.IsUnspecified() || ip.IsMulticast():
		return fmt.Errorf("%s is not the address of a host", ip)
	}
	return nil
}

// reservedDatabases cannot be a deployment's: PostgreSQL's own, and the words of
// pg_hba.conf (PostgreSQL 18, section 20.1).
var reservedDatabases = []string{"postgres", "template0", "template1", "all", "sameuser", "samerole", "samegroup",
	"replication"}

// checkDatabase checks a database's name by Odoo's rule (odoo/http.py and the database
// manager), with PostgreSQL's limit.
func checkDatabase(name string) error {
	switch {
	case len(name) > 63:
		return fmt.Errorf("database %s has %d bytes: PostgreSQL cuts names at 63", name, len(name))
	case !databaseName.MatchString(name):
		return fmt.Errorf("database %q: Odoo takes letters, digits and _ . - in a name, a letter or digit first", name)
	case slices.Contains(reservedDatabases, name):
		return fmt.Errorf("database %s: the name is reserved by PostgreSQL", name)
	}
	return nil
}

// reservedRoles are words that SQL or pg_hba.conf do not take for a role's name.
var reservedRoles = []string{"public", "none", "all", "current_user", "current_role", "session_user", "user"}

func checkRole(name string) error {
	switch {
	case name == "postgres":
		return fmt.Errorf("role postgres is the superuser: Odoo refuses to run as it; give it a role of its own")
	case len(name) > 63:
		return fmt.Errorf("role %s has %d bytes: PostgreSQL cuts names at 63", name, len(name))
	case !roleName.MatchString(name):
		return fmt.Errorf("role %q: a name is made of letters, digits and _ . -", name)
	case strings.HasPrefix(name, "pg_") || slices.Contains(reservedRoles, name):
		return fmt.Errorf("role %s: the name is reserved by PostgreSQL", name)
	}
	return nil
}

// checkServerName checks a name of an nginx server: a host name, *.example.com or
// www.example.*. A host may be called by its address.
func checkServerName(name string) error {
	if ip, err := netip.ParseAddr(name); err == nil && ip.Is4() {
		return checkIP(ip)
	}
	bare := strings.TrimSuffix(strings.TrimPrefix(name, "*."), ".*")
	if err := checkHostName(bare); err != nil {
		return fmt.Errorf("server_name %w", err)
	}
	return nil
}
