package inventory

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"sync"
	"unicode"

	"gopkg.in/yaml.v3"
)

// LocalFile is a file on the operator's machine that is copied to hosts. It is read once,
// when it is first needed.
type LocalFile struct {
	Path   string // absolute
	read   func() ([]byte, error)
	digest func() (string, error)
}

// IsZero reports whether the inventory gives no such file.
func (f LocalFile) IsZero() bool { return f.Path == "" }

// Read returns the content.
func (f LocalFile) Read() ([]byte, error) { return f.read() }

// Digest returns the SHA-256 of the content, in hex.
func (f LocalFile) Digest() (string, error) { return f.digest() }

func (f *LocalFile) decodeYAML(d *decoder, n *yaml.Node) bool {
	var name string
	if !d.text(n, &name) {
		return false
	}
	read := d.opts.ReadFile
	f.Path = d.absolute(d.pos(n), name)
	at := f.Path
	f.read = sync.OnceValues(func() ([]byte, error) { return read(at) })
	content := f.read
	f.digest = sync.OnceValues(func() (string, error) {
		text, err := content()
		sum := sha256.Sum256(text)
		return hex.EncodeToString(sum[:]), err
	})
	d.wantsFile(d.pos(n), f.Path, "the file")
	return f.Path != ""
}

// LocalFolder is a folder on the operator's machine that is copied to hosts. What is in it is
// read once, when it is first needed, and again when it is sent.
type LocalFolder struct {
	Path string // absolute
	read func() ([]FolderFile, error)
}

// FolderFile is one file in a LocalFolder. Its content stays where it is: a folder may be
// larger than memory.
type FolderFile struct {
	Path       string // below the folder, with slashes
	Executable bool
	Size       int64
	Sum        string // SHA-256 of the content, in hex
	open       func() (fs.File, error)
}

// Open opens the content, as it is now.
func (f FolderFile) Open() (io.ReadCloser, error) { return f.open() }

// Read returns the content, as it is now.
func (f FolderFile) Read() ([]byte, error) {
	file, err := f.open()
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(file)
}

// IsZero reports whether the inventory gives no such folder.
func (f LocalFolder) IsZero() bool { return f.Path == "" }

// Files returns the files below the folder, in the order of their paths, without folders
// whose name begins with a dot, __pycache__ and *.pyc. A link to a folder, or a name with
// a control character, is an error.
func (f LocalFolder) Files() ([]FolderFile, error) { return f.read() }

func (f *LocalFolder) decodeYAML(d *decoder, n *yaml.Node) bool {
	var name string
	if !d.text(n, &name) {
		return false
	}
	open := d.opts.Folder
	f.Path = d.absolute(d.pos(n), name)
	at := f.Path
	f.read = sync.OnceValues(func() ([]FolderFile, error) {
		files, err := readFolder(open(at))
		if err != nil {
			return nil, fmt.Errorf("read the folder %s: %w", at, err)
		}
		return files, nil
	})
	d.wantsFile(d.pos(n), f.Path, "the folder")
	return f.Path != ""
}

func readFolder(folder fs.FS) (files []FolderFile, err error) {
	err = fs.WalkDir(folder, ".", func(p string, e fs.DirEntry, err error) error {
		base := path.Base(p)
		switch {
		case err != nil:
			return err
		case e.IsDir() && p != "." && (base[0] == '.' || base == "__pycache__"):
			return fs.SkipDir
		case e.IsDir() || strings.HasSuffix(base, ".pyc"):
			return nil
		case strings.ContainsFunc(p, unicode.IsControl):
			return fmt.Errorf("%q: a name with a control character", p)
		}
		info, err := fs.Stat(folder, p)
		if err != nil {
			return err
		}
		if !info.Mode().IsRegular() {
			return fmt.Errorf("%s is not a regular file", p)
		}
		f := FolderFile{Path: p, Executable: info.Mode()&0o100 != 0, open: func() (fs.File, error) { return folder.Open(p) }}
		f.Size, f.Sum, err = f.digest()
		files = append(files, f)
		return err
	})
	return files, err
}

// digest returns how long the content is, and its SHA-256.
func (f FolderFile) digest() (size int64, sum string, err error) {
	file, err := f.open()
	if err != nil {
		return 0, "", err
	}
	defer file.Close()
	h := sha256.New()
	size, err = io.Copy(h, file)
	return size, hex.EncodeToString(h.Sum(nil)), err
}
