//go:build lab

package cluster

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"odooctl/tasks/tasktest/postgres"
)

// spy is a function that records its caller; if a superuser calls it the attack has
// succeeded.
const spy = `create table ran (who text); grant all on ran to public;
create function spy() returns text language plpgsql volatile as $$ begin insert into ran values (current_user || ' of ' || session_user); return 'x'; end $$;
create function spy(text) returns boolean language plpgsql volatile as $$ begin perform public.spy(); return true; end $$;
create function still(text) returns text language plpgsql immutable as $$ begin perform public.spy(); return $1; end $$;
`

// learned runs the real reading script on the server.
func learned(t *testing.T, s *postgres.Server) *Cluster {
	t.Helper()
	h, _ := asking(t)
	if err := h.Learn("nonce", s.Shell(h.ReadScript("nonce"))); err != nil {
		t.Fatal(err)
	}
	all, err := Of(h.Host)
	if err != nil || len(all) != 1 || !all[0].Running || all[0].System == "" {
		t.Fatalf("the host has the clusters %+v, %v", all, err)
	}
	return all[0]
}

// TestHostileNames: no name of a role or database affects anything else.
func TestHostileNames(t *testing.T) {
	bits := []string{"\n", "\t", "\r", "'", `"`, `\`, `\.`, `\N`, "$$", ";", "--", "\n@nonce 1 server\n",
		"\n@nonce end\n", "json\t", `{"super":true}`, "\n", ":'asked'", "%I", "\x01", "\x7f", "ä", "\u2028", "base", "shop",
		" "}
	postgres.Each(t, os.Getenv("ODOOCTL_LAB_STATE"), func(t *testing.T, s *postgres.Server) {
		random := rand.New(rand.NewPCG(1, uint64(s.Major)))
		s.Query("set client_encoding = UTF8")
		s.Query("create role odoo login createdb")
		s.Query("create database shop owner odoo template template0 encoding 'UTF8'")
		if _, err := s.As("postgres", "shop", "create role plain"); err != nil {
			t.Fatal(err)
		}
		names := map[string]string{"odoo": "", "plain": "", "postgres": ""}
		for round := range 12 {
			text := func() (text string) {
				for range 1 + random.IntN(6) {
					text += bits[random.IntN(len(bits))]
				}
				return text
			}
			name, value, strings2 := fmt.Sprint(round, text()), text(), []string{"on", "off"}[round%2]
			s.Query("set standard_conforming_strings = " + strings2)
			if got := s.Query("select " + Literal(value)); got != value {
				t.Fatalf("%q is %q as a literal, with standard_conforming_strings %s", value, got, strings2)
			}
			names[name] = value
			s.Query("create role " + Ident(name) + " nologin valid until '2020-01-01'")
			s.Query("create database " + Ident(name) + " owner " + Ident(name) + " template template0")
			s.Query("comment on database " + Ident(name) + " is " + Literal(value))
			c := learned(t, s)
			found := c.names(roles)
			for _, r := range found {
				if _, known := names[r]; !known {
					t.Errorf("there is no role %q", r)
				}
			}
			if len(found) != len(names) || !slices.Equal(c.Superusers(), []string{"postgres"}) {
				t.Errorf("roles %q of %q, superusers %q", found, names, c.Superusers())
			}
			if owner := c.Database(name).Owner(); owner != name {
				t.Errorf("database %q belongs to %q", name, owner)
			}
			if s.Logged(); c.HBA != s.Inside(s.HBA) {
				t.Errorf("pg_hba.conf is at %s", c.HBA)
			}
		}
	})
}

// TestNamesInPostgres: up to 14 everybody may create functions in database postgres, and
// one that matches better than PostgreSQL's own is called instead (CVE-2018-1058).
func TestNamesInPostgres(t *testing.T) {
	postgres.Each(t, os.Getenv("ODOOCTL_LAB_STATE"), func(t *testing.T, s *postgres.Server) {
		s.Query("create role odoo login")
		s.Query("create database shop owner odoo template template0")
		s.Query("grant create on schema public to public") // the default up to 14
		if _, err := s.As("odoo", "postgres", spy+`create function f(jsonb, name, jsonb) returns jsonb language sql as 'select jsonb_build_object(public.spy(), 1)';
			create aggregate jsonb_object_agg(name, jsonb) (sfunc = f, stype = jsonb);
			create function eq(name, text) returns boolean language sql as 'select public.spy($1::text)'; create operator = (procedure = eq, leftarg = name, rightarg = text);
			create function pg_get_userbyid(int) returns name language sql as 'select public.spy()::name'`); err != nil {
			t.Fatal(err)
		}
		ran := func() string { return s.Query("select count(*) from public.ran") }
		s.Query(strings.Replace(server, ":'asked'", "''", 1)) // as without a search_path
		if ran() == "0" {
			t.Error("the planted functions are not called at all: this test shows nothing")
		}
		s.Query("delete from public.ran")
		if c := learned(t, s); c.Database("shop").Owner() != "odoo" {
			t.Errorf("database shop belongs to %q", c.Database("shop").Owner())
		}
		if ran() != "0" {
			t.Errorf("planted functions were called %s times", ran())
		}
	})
}
