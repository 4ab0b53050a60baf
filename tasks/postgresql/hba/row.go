package hba

import (
	"net/netip"
	"slices"
	"strconv"
)

// Row is a row of the server's view pg_hba_file_rules, with the names of its columns. A
// nil or absent value is NULL.
type Row struct {
	RuleNumber *int     `json:"rule_number,omitempty"` // from 16 on, of rows without an error
	FileName   string   `json:"file_name,omitempty"`   // from 16 on
	LineNumber int      `json:"line_number"`
	Type       *string  `json:"type"`
	Database   []string `json:"database"`
	UserName   []string `json:"user_name"`
	Address    *string  `json:"address"`
	Netmask    *string  `json:"netmask"`
	AuthMethod *string  `json:"auth_method"`
	Options    []string `json:"options"`
	Error      *string  `json:"error"`
}

// noSSL is the server's warning about hostssl records while ssl is off. They are
// accepted, and match nothing.
const noSSL = "hostssl record cannot match because SSL is disabled"

// Rows returns the rows of pg_hba_file_rules for this file: every record, invalid ones
// with their error and without fields. ssl is the server's setting of that name.
// Options have their values, secrets too; see [Row.Masked].
func (f *File) Rows(ssl bool) []Row {
	rows := make([]Row, 0, len(f.Records))
	rule := 0
	for _, r := range f.Records {
		row := r.row()
		if !ssl && r.Kind == HostSSL && row.Error == nil {
			row.Error = ptr(noSSL)
		}
		row.LineNumber = r.Line
		if row.Error == nil {
			rule++
		}
		if f.Major >= 16 {
			row.FileName = r.File
			if row.Error == nil {
				row.RuleNumber = ptr(rule)
			}
		}
		rows = append(rows, row)
	}
	return rows
}

func (r *Record) row() (row Row) {
	switch {
	case r.silent:
		return row
	case r.Error != "":
		row.Error = &r.Error
		return row
	case r.Kind.include():
		row.Type, row.Address = ptr(string(r.Kind)), &r.Path
		return row
	}
	row.Type, row.AuthMethod = ptr(string(r.Kind)), &r.Method
	row.Database, row.UserName = texts(r.Databases), texts(r.Users)
	row.Options = r.viewOptions()
	switch {
	case r.Kind == Local:
	case r.network.address.IsValid():
		row.Address, row.Netmask = ptr(numeric(r.network.address)), ptr(numeric(r.network.mask))
	default:
		row.Address = &r.Address.Text
	}
	return row
}

// Loads reports whether the server accepts the file: no record has an error, and there
// is at least one record.
func (f *File) Loads() bool { return len(f.Records) > 0 && f.Errors() == nil }

// Masked returns the row with the passwords and secrets of its options masked.
func (row Row) Masked() Row {
	row.Options = slices.Clone(row.Options)
	for i, o := range row.Options {
		row.Options[i] = maskOption(o)
	}
	return row
}

func texts(tokens []Token) []string {
	list := make([]string, len(tokens))
	for i, t := range tokens {
		list[i] = t.Text
	}
	return list
}

// numeric formats an address as getnameinfo does: six groups of zeros are followed by
// the form of IPv4.
func numeric(a netip.Addr) string {
	b := a.As16()
	if a.Is6() && !a.Is4In6() && b[12]|b[13] != 0 && [12]byte(b[:12]) == [12]byte{} {
		return "::" + netip.AddrFrom4([4]byte(b[12:])).String()
	}
	return a.String()
}

func ptr[T any](v T) *T { return &v }

// Place is a record's position: line 7, or FILE:7 in an included file.
func (r *Record) Place() string {
	if r.File == "" {
		return "line " + strconv.Itoa(r.Line)
	}
	return r.File + ":" + strconv.Itoa(r.Line)
}
