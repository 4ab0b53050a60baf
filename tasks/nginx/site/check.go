package site

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// FieldError is a field that cannot go into the file.
type FieldError struct {
	Site   string // odooctl, for a field of Host
	Field  string // for example ServerNames
	Reason string
}

func (e *FieldError) Error() string {
	return fmt.Sprintf("nginx site %.63q: %s: %s", e.Site, e.Field, e.Reason)
}

var (
	siteName   = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$`)
	hostLabel  = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$`)
	plainPath  = regexp.MustCompile(`^/[A-Za-z0-9._/@+=,:~-]+$`)
	bodySize   = regexp.MustCompile(`^(0|[1-9][0-9]{0,8}[kKmMgG]?)$`)
	portNumber = regexp.MustCompile(`^[1-9][0-9]{0,4}$`)
	filter     = regexp.MustCompile(`^[A-Za-z0-9_.^$%()|*+?\[\]-]{1,200}$`)
	rate       = regexp.MustCompile(`^[1-9][0-9]{0,5}r/[sm]$`)
)

// check accepts only what it knows to be harmless: no value can contain a blank, a line
// end or one of ;{}#$"'\.
func (s Site) check() error {
	var errs []error
	fail := func(field string, err error) {
		if err != nil {
			errs = append(errs, &FieldError{s.Name, field, err.Error()})
		}
	}
	fail("Name", matches(siteName, s.Name, "a name of letters, digits and . _ - inside"))
	fail("ServerNames", each(s.ServerNames, true, checkServerName))
	fail("RedirectFrom", each(s.RedirectFrom, false, checkServerName))
	if len(s.RedirectFrom) > 0 && len(s.ServerNames) > 0 {
		fail("ServerNames", checkHostName(s.ServerNames[0]))
	}
	fail("Behind", each(s.Behind, false, checkRange))
	for _, f := range s.Filters {
		fail("Filters", checkServerName(f.Name))
		fail("Filters", matches(filter, f.Filter, "a filter of letters, digits and . ^ $ % ( ) | * + ? [ ] _ -"))
	}
	fail("Odoo", between(s.Odoo, 10, 19))
	fail("Nginx", checkVersion(s.Nginx))
	fail("HTTP", each(s.HTTP, true, checkBackend))
	fail("Chat", each(s.Chat, false, checkBackend))
	fail("States", s.checkStates())
	if s.Certificate != "" || s.Key != "" {
		fail("Certificate", checkPath(s.Certificate))
		fail("Key", checkPath(s.Key))
	}
	fail("HSTS", s.checkHSTS())
	fail("Manager", each(s.Manager.Ranges, false, checkRange))
	fail("RPC", each(s.RPC.Ranges, false, checkRange))
	fail("LoginRate", checkRate(s.LoginRate))
	fail("RPCRate", checkRate(s.RPCRate))
	fail("TLS", oneOf(s.TLS, Intermediate, Modern))
	fail("Redirect", oneOf(s.Redirect, 301, 308))
	fail("MaxBodySize", matches(bodySize, s.MaxBodySize, "a size such as 128m, or 0 for none"))
	fail("Timeout", checkTimeout(s.Timeout))
	fail("Connect", checkTimeout(s.Connect))
	fail("StaticRoots", each(s.StaticRoots, false, checkPath))
	fail("Filestore", checkOptionalPath(s.Filestore))
	fail("Webroot", checkOptionalPath(s.Webroot))
	fail("Webs", each(s.Webs, false, checkBackend))
	fail("Include", checkOptionalPath(s.Include))
	if s.Include != "" {
		fail("Included", matches(siteName, s.Included, "letters and digits"))
	}
	fail("AccessLog", checkOptionalPath(s.AccessLog))
	fail("ErrorLog", checkOptionalPath(s.ErrorLog))
	return errors.Join(errs...)
}

func matches(form *regexp.Regexp, value, want string) error {
	if form.MatchString(value) {
		return nil
	}
	return fmt.Errorf("%.60q is not %s", value, want)
}

func between(n, low, high int) error {
	if n >= low && n <= high {
		return nil
	}
	return fmt.Errorf("%d is not known, only %d to %d", n, low, high)
}

func oneOf[T comparable](value T, allowed ...T) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	return fmt.Errorf("%v is not one of %v", value, allowed)
}

// each checks the items of a list, and refuses duplicates.
func each(items []string, required bool, check func(string) error) error {
	if required && len(items) == 0 {
		return errors.New("at least one is needed")
	}
	for i, item := range items {
		if err := check(item); err != nil {
			return err
		}
		if slices.Contains(items[:i], item) {
			return fmt.Errorf("%s is listed twice", item)
		}
	}
	return nil
}

func checkServerName(name string) error {
	return checkHostName(strings.TrimSuffix(strings.TrimPrefix(name, "*."), ".*"))
}

// checkHostName accepts names of DNS (RFC 1123, section 2.1) and IPv4 addresses.
func checkHostName(name string) error {
	for label := range strings.SplitSeq(name, ".") {
		if len(name) > 253 || !hostLabel.MatchString(label) {
			return fmt.Errorf("%.60q is not a host name", name)
		}
	}
	return nil
}

func checkBackend(backend string) error {
	host, port, err := net.SplitHostPort(backend)
	if err != nil {
		return fmt.Errorf("%.60q is not host:port", backend)
	}
	if number, err := strconv.Atoi(port); err != nil || number > 65535 || !portNumber.MatchString(port) {
		return fmt.Errorf("%.60q has no port from 1 to 65535", backend)
	}
	if address, err := netip.ParseAddr(host); err == nil && address.Zone() == "" &&
		address.Is6() == strings.HasPrefix(backend, "[") {
		return nil
	}
	return checkHostName(host)
}

// checkStates refuses states that nginx accepts but that answer every request with 502.
func (s Site) checkStates() error {
	for backend, state := range s.States {
		if !slices.Contains(s.HTTP, backend) && !slices.Contains(s.Chat, backend) {
			return fmt.Errorf("%.60q is neither of HTTP nor of Chat", backend)
		}
		if err := oneOf(state, Up, Drain, Down, Spare); err != nil {
			return err
		}
	}
	for _, backends := range [][]string{s.HTTP, s.Chat} {
		up := slices.ContainsFunc(backends, func(b string) bool { return s.States[b].Serves() })
		if len(backends) > 0 && !up {
			return fmt.Errorf("none of %s would be up", strings.Join(backends, ", "))
		}
	}
	return nil
}

// checkHSTS refuses what would lock browsers out: with HSTS their users cannot bypass a
// certificate error (RFC 6797, section 12.1).
func (s Site) checkHSTS() error {
	switch {
	case s.HSTS && s.Certificate == "":
		return errors.New("browsers take it over HTTPS only")
	case s.HSTS && s.SelfSigned:
		return errors.New("browsers that obey it cannot be told to go on past a self-signed certificate")
	}
	return nil
}

func checkRange(r string) error {
	if a, err := netip.ParseAddr(r); err == nil && a.Zone() == "" {
		return nil
	}
	if p, err := netip.ParsePrefix(r); err == nil && p == p.Masked() {
		return nil
	}
	return fmt.Errorf("%.60q is neither an address nor a range", r)
}

func checkRate(r string) error {
	if r == "" {
		return nil
	}
	return matches(rate, r, "a rate such as 60r/m or 50r/s")
}

func checkPath(file string) error {
	if file == "" {
		return errors.New("the path is missing")
	}
	if !plainPath.MatchString(file) || path.Clean(file) != file {
		return fmt.Errorf("%.120q is not a plain absolute path", file)
	}
	return nil
}

func checkOptionalPath(file string) error {
	if file == "" {
		return nil
	}
	return checkPath(file)
}

func checkTimeout(d time.Duration) error {
	if d >= time.Second && d%time.Second == 0 && d <= 24*time.Hour {
		return nil
	}
	return fmt.Errorf("%s is not a number of whole seconds up to a day", d)
}
