package postgresql

import (
	"fmt"
	"io/fs"
	"path"
	"time"

	"odooctl/inventory"
	"odooctl/tasks"
	"odooctl/tasks/postgresql/cluster"
	"odooctl/tasks/postgresql/hba"
)

func init() {
	tasks.Register("postgresql.rules", "pg_hba.conf is read with all that it names; changes nothing",
		func() tasks.Task { return &ReadRules{} })
}

// ReadRules requests the pg_hba.conf of every deployment's server, for Rules.
type ReadRules struct{}

// Plan implements tasks.Task.
func (ReadRules) Plan(h *tasks.Host) error {
	files(h, "*hba.conf")
	cluster.Ask(h, "ssl")
	if _, err := h.Facts(); err != nil {
		return err
	}
	for _, d := range h.PostgreSQLOf() {
		if _, err := Rules(h, d); err != nil {
			return err
		}
	}
	return nil
}

// ServerRules is the pg_hba.conf of a server, as the server reads it.
type ServerRules struct {
	Cluster *cluster.Cluster
	File    *hba.File
	Path    string
	SSL     bool // the server's setting
}

// Rules returns the pg_hba.conf of a deployment's server as it was read.
func Rules(h *tasks.Host, d *inventory.Deployment) (*ServerRules, error) {
	c, err := Server(h, d)
	if err != nil {
		return nil, err
	}
	s := &ServerRules{Cluster: c, Path: h.File(c.HBA).Path()}
	if ssl, ok := c.Setting("ssl"); ok {
		s.SSL = ssl.Value == "on"
	}
	if s.File, err = loadHBA(h, c); err != nil {
		return nil, fmt.Errorf("%s: read %s: %w", h.Name, c.HBA, err)
	}
	return s, nil
}

// loadHBA reads the file by the server's path, which names in it are relative to.
func loadHBA(h *tasks.Host, c *cluster.Cluster) (*hba.File, error) {
	return hba.Load(picture{h}, c.HBA, c.Major())
}

// picture shows a host's files to the parser. What was not read is requested, and looks
// absent in this round.
type picture struct{ h *tasks.Host }

var (
	_ fs.ReadFileFS = picture{}
	_ fs.StatFS     = picture{}
	_ fs.ReadDirFS  = picture{}
)

// Open implements fs.FS. The parser reads whole files.
func (p picture) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
}

// ReadFile implements fs.ReadFileFS.
func (p picture) ReadFile(name string) ([]byte, error) {
	f := p.h.File("/" + name)
	if !f.Exists() {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	// pg_hba.conf can include other files, and PostgreSQL's user can edit it.
	if owner, group, mode := f.Owner(); mode&0o004 == 0 && owner != "postgres" &&
		(group != "postgres" || mode&0o040 == 0) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return []byte(f.Text()), nil
}

// Stat implements fs.StatFS.
func (p picture) Stat(name string) (fs.FileInfo, error) {
	switch {
	case p.h.IsDirectory("/" + name):
		return standing{path.Base(name), true}, nil
	case p.h.File("/" + name).Exists():
		return standing{path.Base(name), false}, nil
	}
	return nil, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrNotExist}
}

// ReadDir implements fs.ReadDirFS for the files of an include_dir.
func (p picture) ReadDir(name string) (list []fs.DirEntry, err error) {
	found := p.h.Glob("/" + name + "/*.conf")
	if !p.h.IsDirectory("/" + name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	for _, file := range found {
		list = append(list, fs.FileInfoToDirEntry(standing{path.Base(file), p.h.IsDirectory(file)}))
	}
	return list, nil
}

// standing is a file or directory of a picture.
type standing struct {
	name string
	dir  bool
}

func (s standing) Name() string     { return s.name }
func (standing) Size() int64        { return 0 }
func (standing) ModTime() time.Time { return time.Time{} }
func (s standing) IsDir() bool      { return s.dir }
func (standing) Sys() any           { return nil }

// Mode implements fs.FileInfo.
func (s standing) Mode() fs.FileMode {
	if s.dir {
		return fs.ModeDir
	}
	return 0
}
