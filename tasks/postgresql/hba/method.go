package hba

import (
	"errors"
	"fmt"
)

// methods maps each authentication method to the major that introduced it. Removed ones
// are not listed. bsd came with 9.6, which counts as 9 here.
var methods = map[string]int{
	"trust": 9, "reject": 9, "md5": 9, "password": 9, "gss": 9, "sspi": 9, "ident": 9, "peer": 9,
	"ldap": 9, "radius": 9, "cert": 9, "pam": 9, "bsd": 9, "scram-sha-256": 10, "oauth": 18,
}

func (r *Record) parseMethod(method string, major int) error {
	since, known := methods[method]
	switch {
	case !known || major < since:
		return fmt.Errorf(`invalid authentication method "%s"`, method)
	case method == "sspi" || method == "bsd": // Windows and OpenBSD only
		return fmt.Errorf(`invalid authentication method "%s": not supported by this build`, method)
	case r.Kind == Local && method == "ident":
		method = "peer"
	case r.Kind == Local && method == "gss":
		return errors.New("gssapi authentication is not supported on local sockets")
	case r.Kind != Local && method == "peer":
		return errors.New("peer authentication is only supported on local sockets")
	case r.Kind != HostSSL && method == "cert":
		return errors.New("cert authentication is only supported on hostssl connections")
	}
	r.Method = method
	return nil
}
