package hba

import (
	"fmt"
	"net/netip"
	"strings"
)

// Kind is the first word of a record: a connection type or an include directive.
type Kind string

// The kinds that PostgreSQL has. The two gssenc kinds came with 12, the three include
// kinds with 16; before, they are invalid connection types.
const (
	Local           Kind = "local"
	Host            Kind = "host"
	HostSSL         Kind = "hostssl"
	HostNoSSL       Kind = "hostnossl"
	HostGSSEnc      Kind = "hostgssenc"
	HostNoGSSEnc    Kind = "hostnogssenc"
	Include         Kind = "include"
	IncludeIfExists Kind = "include_if_exists"
	IncludeDir      Kind = "include_dir"
)

func (k Kind) network() bool { return strings.HasPrefix(string(k), "host") }

func (k Kind) include() bool { return k == Include || k == IncludeIfExists || k == IncludeDir }

// Option is one name=value pair after the method. The values of ldapbindpasswd,
// radiussecret and radiussecrets are secrets.
type Option struct {
	Name  string
	Value string
}

// Record is one line that is neither blank nor a comment. A line with an Error has the
// fields that were read before the fault.
type Record struct {
	File      string // path of its file; empty from Parse
	Line      int    // number of its first physical line, from 1
	LastLine  int    // number of its last one; a continued line has several
	Kind      Kind
	Databases []Token
	Users     []Token
	Address   Token  // a range, a host name, all, samehost or samenet; empty for local
	Mask      string // the netmask, if it is a separate field
	Method    string // as the server interprets it: ident on a local line is peer
	Options   []Option
	Path      string // the argument of an include record

	// Error is the server's own text (C locale). With one such record the server
	// refuses the whole file. What depends on the server's settings and not on the
	// text, such as hostssl with ssl = off, is not checked.
	Error string

	// Warning describes a line that the server accepts with another meaning than
	// intended: a quote that is never closed.
	Warning string

	silent     bool // the server's view omits Error
	start, end int
	network    maskedNetwork
	hostName   string
}

// LineError is a fault of one line.
type LineError struct {
	Line   int // from 1
	Reason string
}

func (e *LineError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Reason) }

// File is a parsed pg_hba.conf.
type File struct {
	Major   int
	Records []*Record
}

// Errors returns the records that make the server refuse the file, in order.
func (f *File) Errors() []*LineError {
	var faults []*LineError
	for _, r := range f.Records {
		if r.Error != "" {
			faults = append(faults, &LineError{r.Line, r.Error})
		}
	}
	return faults
}

// maskedNetwork is an address and a mask, which need not be contiguous.
type maskedNetwork struct{ address, mask netip.Addr }

func (n maskedNetwork) contains(a netip.Addr) bool {
	if n.address.BitLen() != a.BitLen() {
		return false
	}
	client, network, mask := a.AsSlice(), n.address.AsSlice(), n.mask.AsSlice()
	for i := range client {
		if (client[i]^network[i])&mask[i] != 0 {
			return false
		}
	}
	return true
}
