//go:build lab

package odoo

import (
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"odooctl/tasks/postgresql/cluster"
	"odooctl/tasks/tasktest/postgres"
)

// table is Odoo's, with some rows.
const table = `create table ir_module_module (id serial primary key, name varchar not null, state varchar(16), latest_version varchar);
insert into ir_module_module (name, state, latest_version) values ('base', 'installed', '14.0.1.3'), ('sale', 'uninstalled', null), ('web', 'installed', 'x');
`

// spy is a function that records its caller; if a superuser calls it the attack has
// succeeded.
const spy = `create table ran (who text); grant all on ran to public;
create function spy() returns text language plpgsql volatile as $$ begin insert into ran values (current_user || ' of ' || session_user); return 'x'; end $$;
create function spy(text) returns boolean language plpgsql volatile as $$ begin perform public.spy(); return true; end $$;
create function still(text) returns text language plpgsql immutable as $$ begin perform public.spy(); return $1; end $$;
`

// hostile are replacements of Odoo's table by the owner of a database.
var hostile = []struct{ name, sql, unread string }{
	{"plain", table, ""},
	{"none", "select 1", ""},
	{"view", strings.ReplaceAll(table, "ir_module_module", "m") +
		"create view ir_module_module as select name, state, latest_version from m where spy() = 'x'", "is a view"},
	{"materialized view", strings.ReplaceAll(table, "ir_module_module", "m") +
		"create materialized view ir_module_module as select name, state, latest_version from m", `of kind "m"`},
	{"partitioned", "create table ir_module_module (name varchar, state varchar(16), latest_version varchar) partition " +
		"by list (still(name))", `of kind "p"`},
	{"forced policy", table +
		"alter table ir_module_module enable row level security; alter table ir_module_module force row level security; " +
		"create policy p on ir_module_module using (spy(name))", "row-level security"},
	{"domain", table + "create domain d as text check (spy(value)); alter table ir_module_module alter latest_version " +
		"type text; alter table ir_module_module alter latest_version type d", "not of plain text"},
	{"composite", table +
		"create type c as (a text); alter table ir_module_module drop latest_version; alter table ir_module_module add " +
		"latest_version c", "not of plain text"},
	{"generated", table +
		"alter table ir_module_module drop latest_version; alter table ir_module_module add latest_version text generated " +
		"always as (still(name)) stored", "generated column"},
	{"no column", table + "alter table ir_module_module drop latest_version", "does not exist"},
	{"no right", table + "revoke all on ir_module_module from odoo", "permission denied"},
	{"long", table + "update ir_module_module set latest_version = repeat('x', 100000) where name = 'base'",
		"no module of Odoo"},
	{"operators", table +
		"create function eq(oid, regclass) returns boolean language sql as 'select public.spy($2::text)'; create operator " +
		"= (procedure = eq, leftarg = oid, rightarg = regclass)", ""},
	{"functions", table +
		"create function to_regclass(text) returns regclass language sql as $$ select public.spy()::regclass $$; create " +
		"function format(text, name) returns text language sql as $$ select public.spy() $$", ""},
	{"settings", table +
		"alter database shop set search_path = public; alter database shop set client_encoding = 'SJIS'; alter database " +
		"shop set row_security = on; alter database shop set standard_conforming_strings = off; alter database shop set " +
		"quote_all_identifiers = on; alter database shop set statement_timeout = 1; alter database shop set bytea_output " +
		"= escape", ""},
	{"children", table +
		"create table child () inherits (ir_module_module); insert into child (name, state, latest_version) values " +
		"('base', 'installed', 'forged')", ""},
}

// learned runs the real reading script on the server for the database shop.
func learned(t *testing.T, s *postgres.Server) *cluster.Cluster {
	t.Helper()
	h := asking(t, "shop")
	if err := h.Learn("nonce", s.Shell(h.ReadScript("nonce"))); err != nil {
		t.Fatal(err)
	}
	return clusterOf(t, h)
}

// TestHostileOwner: whatever a database's owner does, none of their code runs as
// somebody else, and what cannot be read is reported as unknown.
func TestHostileOwner(t *testing.T) {
	postgres.Each(t, os.Getenv("ODOOCTL_LAB_STATE"), func(t *testing.T, s *postgres.Server) {
		s.Query("create role odoo login createdb")
		for _, c := range hostile {
			if c.name == "generated" && s.Major < 12 {
				continue // new in 12
			}
			s.Query("drop database if exists shop")
			s.Query("create database shop owner odoo template template0 encoding 'UTF8'")
			if _, err := s.As("postgres", "shop", "grant all on schema public to odoo"); err != nil {
				t.Fatal(err)
			}
			if _, err := s.As("odoo", "shop", spy+c.sql+"; delete from ran"); err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			d := learned(t, s)
			if version, err := baseOf(d, "shop"); c.unread == "" && err != nil || c.unread != "" &&
				(err == nil || !strings.Contains(err.Error(), c.unread)) {
				t.Errorf("%s: %q, %v; want %q", c.name, version, err, c.unread)
			} else if want := map[bool]string{true: "14.0.1.3"}[err == nil && c.name != "none"]; version != want {
				t.Errorf("%s: Odoo %q is installed, want %q", c.name, version, want)
			}
			if state, version := moduleOf(d, "shop", "sale"); c.unread == "" && c.name != "none" &&
				(state != "uninstalled" || version != "") {
				t.Errorf("%s: sale is %q, %q", c.name, state, version)
			}
			s.Query("alter database shop reset all")
			if who, err := s.As("postgres", "shop",
				"select coalesce(string_agg(who, ', '), '') from public.ran"); who != "" || err != nil {
				t.Errorf("%s: the owner's code ran as %s: %v", c.name, who, err)
			}
		}
		s.Query("alter database shop with allow_connections false")
		if _, err := baseOf(learned(t, s), "shop"); err == nil ||
			!strings.Contains(err.Error(), "not currently accepting connections") {
			t.Errorf("a closed database: %v", err)
		}
	})
}

// TestHostileValues: no value of a table affects anything else.
func TestHostileValues(t *testing.T) {
	bits := []string{"\n", "\t", "\r", "'", `"`, `\`, `\.`, `\N`, "$$", ";", "--", "\n@nonce 1 server\n",
		"\n@nonce end\n", "json\t", `{"super":true}`, ":'asked'", "%I", "\x01", "\x7f", "ä", "\u2028", "base", "shop", " "}
	postgres.Each(t, os.Getenv("ODOOCTL_LAB_STATE"), func(t *testing.T, s *postgres.Server) {
		random := rand.New(rand.NewPCG(1, uint64(s.Major)))
		s.Query("create role odoo login createdb")
		s.Query("create database shop owner odoo template template0 encoding 'UTF8'")
		if _, err := s.As("postgres", "shop", "grant all on schema public to odoo"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.As("odoo", "shop", table); err != nil {
			t.Fatal(err)
		}
		for range 12 {
			value := ""
			for range 1 + random.IntN(6) {
				value += bits[random.IntN(len(bits))]
			}
			if _, err := s.As("odoo", "shop", "set client_encoding = UTF8; update public.ir_module_module set latest_version "+
				"= "+cluster.Literal(value)+" where name = 'sale'"); err != nil {
				t.Fatal(err)
			}
			c := learned(t, s)
			if version, err := baseOf(c, "shop"); version != "14.0.1.3" || err != nil {
				t.Errorf("%q: %s, %v", value, version, err)
			}
			if state, version := moduleOf(c, "shop", "sale"); state != "uninstalled" || version != value {
				t.Errorf("sale is %q %q, want version %q", state, version, value)
			}
			if got := c.Superusers(); !slices.Equal(got, []string{"postgres"}) {
				t.Errorf("%q: superusers %q", value, got)
			}
		}
	})
}
