// Package version knows what differs between the majors of PostgreSQL, beside how each
// reads pg_hba.conf, which is in package hba:
//
//	if version.Of(15).SCRAM { ... }
package version

// Version is what a major of PostgreSQL is like.
type Version struct {
	SCRAM       bool // passwords are proven by SCRAM-SHA-256, with libpq of the same major too
	LogFile     bool // it says where its log is (pg_current_logfile)
	HBAView     bool // it says how it reads pg_hba.conf (pg_hba_file_rules)
	ReloadsCert bool // a new certificate takes a reload, and no restart

	// What it may use several processors for, and whether it compiles queries.
	ParallelQuery, ParallelMaintenance, JIT bool
}

// Of returns what a major is like. Those of 9.5 and 9.6 are 9.
func Of(major int) Version {
	ten := major >= 10
	return Version{
		SCRAM: ten, LogFile: ten, HBAView: ten, ReloadsCert: ten,
		ParallelQuery: ten, ParallelMaintenance: major >= 11, JIT: major >= 12,
	}
}
