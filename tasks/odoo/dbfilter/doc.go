// Package dbfilter computes which databases Odoo shows under which host name, as each
// version of Odoo does:
//
//	rule := dbfilter.Rule{Semantics: dbfilter.D, Filter: `^%d$`}
//	list, err := rule.Databases("www.mycompany.com", []string{"mycompany", "other"})
//	// [mycompany]
//
// The filter is a Python regular expression. It is parsed by Python's rules and
// translated for package regexp where that gives the same results. What only Python
// has, such as lookahead, is an [Error]. The package does no I/O.
//
// Sources: function db_filter of odoo/http.py, 10.0 to 19.0; sre_parse of Python 2.7
// and 3.5 to 3.13.
package dbfilter
