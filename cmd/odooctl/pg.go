package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"odooctl/inventory"
	"odooctl/playbooks"
	"odooctl/tasks/postgresql"
	"odooctl/tasks/postgresql/hba"
)

func newPG(u *ui) *cobra.Command {
	c := &cobra.Command{
		Use:   "pg",
		Short: "Say whom a pg_hba.conf lets in, and why, and let a range in for a time",
		Long: `Say whom a pg_hba.conf lets in, and why, as PostgreSQL 9.5 to 18 reads it. The file
is that of a deployment's server, with all that it includes, or one on this machine.
Only allow and revoke write anything on a host.`,
	}
	c.AddCommand(newPGExplain(u), newPGRules(u), newPGAllow(u), newPGRevoke(u))
	return c
}

// pgOptions say which pg_hba.conf is meant.
type pgOptions struct {
	hostOptions
	output output
	file   string
	major  string
}

func (o *pgOptions) flags(c *cobra.Command) {
	c.Flags().StringVar(&o.file, "file", "", "a pg_hba.conf `file` on this machine, in place of an inventory, with the "+
		"files that it includes")
	c.Flags().StringVar(&o.major, "pg-version", "", "`version` of the PostgreSQL that --file is for: 9.5 to 18")
	o.hostFlags(c)
	o.output.flags(c)
}

// access is a pg_hba.conf and where it is from.
type access struct {
	host       string // empty: this machine
	path       string
	given      string // path as the user named it
	file       *hba.File
	ssl        bool
	interfaces []netip.Prefix // of the host; nil: unknown
	deployment *inventory.Deployment
}

// access reads the file that the flags and arguments name.
func (u *ui) access(ctx context.Context, args []string, o pgOptions) (*access, error) {
	switch {
	case o.file != "" && len(args) > 0:
		return nil, errors.New("--file: name a file or an inventory, not both")
	case o.file != "":
		return fileAccess(o.file, o.major)
	case len(args) < 2:
		return nil, errors.New("pg: name an inventory and a deployment, or a file by --file and --pg-version")
	case o.major != "":
		return nil, errors.New("--pg-version goes with --file only: the host tells its version")
	}
	return u.hostAccess(ctx, args[0], args[1], o)
}

func fileAccess(file, version string) (*access, error) {
	major, err := pgMajor(version)
	if err != nil {
		return nil, err
	}
	full, err := filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	f, err := hba.Load(os.DirFS("/"), full, major)
	if err != nil {
		return nil, fmt.Errorf("--file: %w", err)
	}
	return &access{path: full, given: file, file: f, ssl: true}, nil
}

// pgMajor reads a version as PostgreSQL writes it: 9.6, 15, 15.4.
func pgMajor(version string) (int, error) {
	first, rest, _ := strings.Cut(version, ".")
	major, err := strconv.Atoi(first)
	switch {
	case version == "":
		return 0, errors.New("--pg-version: say for which PostgreSQL the file is, such as 15")
	case err != nil || major < 9 || major > inventory.NewestPostgreSQL || major == 9 && !strings.HasPrefix(rest, "5") &&
		!strings.HasPrefix(rest, "6"):
		return 0, fmt.Errorf("--pg-version: PostgreSQL %q is not known: want 9.5, 9.6 or 10 to %d", version,
			inventory.NewestPostgreSQL)
	}
	return major, nil
}

// hbaBook asks the host of a deployment's server for pg_hba.conf.
const hbaBook = "- name: pg_hba.conf\n  hosts: postgresql\n  tasks: [postgresql.rules]\n"

func (u *ui) hostAccess(ctx context.Context, file, deployment string, o pgOptions) (*access, error) {
	inv, err := u.load(file)
	if err != nil {
		return nil, err
	}
	d, err := inv.FindDeployment(deployment, inventory.RolePostgreSQL)
	if err != nil {
		return nil, err
	}
	book, err := playbooks.Parse("pg.yaml", []byte(hbaBook), nil)
	if err != nil {
		return nil, err
	}
	o.limit = d.PostgreSQL.Host.Name
	run, err := u.readHosts(ctx, inv, book, o.hostOptions)
	if err != nil {
		return nil, err
	}
	defer run.Close()
	if err := u.conclude(run.Report(), o.timings); err != nil {
		return nil, err
	}
	h := run.Host(d.PostgreSQL.Host.Name)
	s, err := postgresql.Rules(h, d)
	if err != nil {
		return nil, err
	}
	facts, err := h.Facts()
	if err != nil {
		return nil, err
	}
	return &access{
		host: h.Name, path: s.Path, given: h.Name + ":" + s.Path, file: s.File,
		ssl: s.SSL, interfaces: facts.Addresses, deployment: d,
	}, nil
}

// at says where a record is: in the file itself, or in one that it includes, whose name
// is shown relative to the folder of the first.
func (a *access) at(file string, line int) string {
	if file == a.path || file == "" {
		return "line " + strconv.Itoa(line)
	}
	return strings.TrimPrefix(file, path.Dir(a.path)+"/") + ":" + strconv.Itoa(line)
}

// title names the file and its version.
func (a *access) title() string {
	version := strconv.Itoa(a.file.Major)
	if a.file.Major == 9 {
		version = "9.5 and 9.6"
	}
	return fmt.Sprintf("%s, PostgreSQL %s", a.given, version)
}

// warn tells what makes the server refuse the file, or read it differently from what
// its author meant.
func (a *access) warn(u *ui) {
	for _, r := range a.file.Records {
		if r.Warning != "" {
			u.warnf("%s: %s", a.at(r.File, r.Line), r.Warning)
		}
	}
	if len(a.file.Records) == 0 {
		u.warnf("%s has no rules: the server does not load it", a.given)
	} else if n := len(a.file.Errors()); n > 0 {
		u.warnf("the server does not load this file (%d of its rules are refused); it goes on with what it loaded before, "+
			"and does not start with it", n)
	}
}
