package setting

import (
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		major             int
		name, value, want string // want: a part of the error; "" is none
	}{
		{15, "max_connections", "200", ""},
		{15, "max_connections", "two hundred", "is not a number"},
		{15, "max_connections", "0", "out of range: want 1 to 262143"},
		{15, "max_connections", "200MB", "it takes no unit"},
		{15, "shared_buffers", "4GB", ""},
		{15, "shared_buffers", "4 GB", ""},
		{15, "shared_buffers", "4Gb", "there is no unit Gb, or one with kB, MB, GB or TB"},
		{15, "shared_buffers", "4G", "there is no unit G"},
		{15, "shared_buffers", "100kB", "out of range: want 16 to 1073741823 (in units of 8kB)"},
		{15, "Work_Mem", "64MB", ""},
		{15, "work_mem", "1min", "there is no unit min"},
		{15, "statement_timeout", "1.5min", ""},
		{15, "statement_timeout", "5m", "there is no unit m, or one with ms, s, min, h or d"},
		{15, "checkpoint_timeout", "2d", "out of range"},
		{15, "random_page_cost", "1.1", ""},
		{15, "random_page_cost", "cheap", "is not a number"},
		{15, "log_checkpoints", "true", ""},
		{15, "log_checkpoints", "maybe", "is not on or off"},
		{15, "log_checkpoints", "o", "is not on or off"},
		{15, "wal_level", "replca", "is not one of minimal, replica, logical (did you mean replica?)"},
		{15, "wal_level", "hot_standby", ""},
		{15, "synchronous_commit", "yes", ""},
		{15, "datestyle", "iso, dmy", ""},
		{15, "max_conections", "200", "PostgreSQL has no setting max_conections (did you mean max_connections?)"},
		{15, "io_method", "worker", "PostgreSQL 15 has no setting io_method: 18 and later have it"},
		{18, "io_method", "worker", ""},
		{12, "vacuum_cleanup_index_scale_factor", "0.1", ""},
		{15, "vacuum_cleanup_index_scale_factor", "0.1", "only those up to 13 have it"},
		{15, "server_version", "15", "PostgreSQL 15 sets server_version itself"},
		{15, "pg_stat_statements.max", "any", ""},
		{9, "no_such_setting", "any", ""},
	} {
		err := Check(c.major, c.name, c.value)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("PostgreSQL %d, %s = %s: %v, want %q", c.major, c.name, c.value, err, c.want)
		}
	}
}

// TestTable: every line of the table can be checked against.
func TestTable(t *testing.T) {
	t.Parallel()
	majors := map[int]int{}
	for name, versions := range table() {
		for i, s := range versions {
			if s.first < First || s.last < s.first || i > 0 && versions[i-1].last >= s.first {
				t.Errorf("%s is of %d to %d", name, s.first, s.last)
			}
			for major := s.first; major <= s.last; major++ {
				majors[major]++
			}
			if s.unit != "" && s.withUnits() == "" {
				t.Errorf("%s has the unit %s", name, s.unit)
			}
			switch s.kind {
			case "bool", "string":
			case "integer", "real":
				if s.low == "" || s.high == "" {
					t.Errorf("%s is a number from %q to %q", name, s.low, s.high)
				}
			case "enum":
				if len(s.choices) < 2 {
					t.Errorf("%s is one of %q", name, s.choices)
				}
			default:
				t.Errorf("%s is %s", name, s.kind)
			}
		}
	}
	for major := First; major <= 18; major++ {
		if majors[major] < 250 {
			t.Errorf("PostgreSQL %d has %d settings", major, majors[major])
		}
	}
}
