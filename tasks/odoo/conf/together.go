package conf

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"odooctl/tasks/odoo/version"
)

// together returns conflicts between settings that are valid on their own.
func together(settings map[string]Setting, major int) []error {
	var errs []error
	fail := func(name, format string, args ...any) {
		errs = append(errs, &SettingError{settings[name], fmt.Sprintf(format, args...)})
	}
	value := func(name string) string {
		if s, ok := settings[name]; ok {
			return s.Value
		}
		o, _ := Lookup(name)
		return o.DefaultIn(major)
	}
	set := func(name string) bool { _, ok := settings[name]; return ok }

	if set("syslog") && value("syslog") == "True" && set("logfile") {
		fail("logfile", "syslog and logfile exclude each other: leave one out")
	}
	if set("limit_time_real") && value("limit_time_real") == "0" {
		o, _ := Lookup("limit_time_real")
		switch {
		case major < o.NoLimit:
			fail("limit_time_real",
				"0 ends every request of Odoo %d at once; %d and later take it for no limit, without workers",
				major, o.NoLimit)
		case value("workers") != "0":
			fail("limit_time_real",
				"with workers 0 kills every worker at once: give the seconds that a request may take")
		}
	}
	if set("gevent_port") || set("http_port") {
		if value("gevent_port") == value("http_port") {
			name := "gevent_port"
			if !set(name) {
				name = "http_port"
			}
			fail(name, "http_port and gevent_port are both %s", value(name))
		}
	}
	for _, suffix := range []string{"", "_gevent"} {
		soft, hard := "limit_memory_soft"+suffix, "limit_memory_hard"+suffix
		if set(soft) && set(hard) && value(hard) != "0" && number(value(soft)) > number(value(hard)) {
			fail(soft, "it is above %s: a worker would run out of memory before it is renewed", hard)
		}
	}
	if set("logrotate") && value("logrotate") == "True" && value("workers") != "0" {
		fail("logrotate", "every worker would rotate the same file: let the system's logrotate do it")
	}
	if set("server_wide_modules") && version.Of(major).RPCModule &&
		!slices.Contains(strings.Split(value("server_wide_modules"), ","), "rpc") {
		fail("server_wide_modules",
			"without rpc Odoo %d has no XML-RPC, JSON-RPC and /web/version: write base,rpc,web and the others", major)
	}
	return errs
}

// number parses what normalizeNumber has accepted.
func number(text string) int {
	n, _ := strconv.Atoi(text)
	return n
}
