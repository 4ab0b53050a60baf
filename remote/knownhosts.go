package remote

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/skeema/knownhosts"
	"golang.org/x/crypto/ssh"
	xknownhosts "golang.org/x/crypto/ssh/knownhosts"
)

// KnownHosts caches the known_hosts files of a run: they are read once, and again when
// one of them has changed. Share one among all Dials of a run. The zero value is ready.
type KnownHosts struct {
	mu   sync.Mutex
	read map[string]*knownFiles
}

// knownFiles is a set of known_hosts files as they were read.
type knownFiles struct {
	stamps []stamp
	// plain has the lines of each name if all lines are names and keys. If there is a
	// pattern, a hash or a marker, db answers: the library scans all lines for each
	// host, which is quadratic for a fleet.
	plain map[endpoint][]xknownhosts.KnownKey
	db    *knownhosts.HostKeyDB
}

// stamp detects whether a file has changed since it was read.
type stamp struct {
	info os.FileInfo
	size int64
	time time.Time
}

// endpoint is a host and a port, as in known_hosts.
type endpoint struct{ host, port string }

// of returns what the files, as far as they exist, say of a host.
func (k *KnownHosts) of(files []string, host string) (*knownhosts.HostKeyDB, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	files = slices.Clone(files)
	var stamps []stamp
	var odd error
	files = slices.DeleteFunc(files, func(file string) bool {
		info, err := os.Stat(file)
		switch {
		case err == nil && info.Mode()&os.ModeDevice != 0:
			return true // a pipe would block
		case err == nil && !info.Mode().IsRegular():
			odd = fmt.Errorf("%s is no regular file", file) // a pipe would not be read to its end
		case err == nil:
			stamps = append(stamps, stamp{info, info.Size(), info.ModTime()})
		}
		return errors.Is(err, os.ErrNotExist)
	})
	if odd != nil {
		return nil, odd
	}
	id := strings.Join(files, "\x00")
	known := k.read[id]
	if known == nil || len(stamps) < len(files) || !slices.EqualFunc(known.stamps, stamps, stamp.same) {
		var err error
		if known, err = readKnownHosts(files); err != nil {
			return nil, err
		}
		known.stamps = stamps
		if k.read == nil {
			k.read = make(map[string]*knownFiles)
		}
		k.read[id] = known
	}
	return known.of(host), nil
}

func (s stamp) same(o stamp) bool {
	return os.SameFile(s.info, o.info) && s.size == o.size && s.time.Equal(o.time)
}

func readKnownHosts(files []string) (*knownFiles, error) {
	db, err := knownhosts.NewDB(files...)
	if err != nil {
		return nil, err
	}
	k := &knownFiles{plain: map[endpoint][]xknownhosts.KnownKey{}}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		number := 0
		for line := range bytes.Lines(text) {
			number++
			if !k.index(strings.TrimSpace(string(line)), file, number) {
				return &knownFiles{db: db}, nil
			}
		}
	}
	return k, nil
}

// index adds one line, and reports whether it has only names and a key.
func (k *knownFiles) index(line, file string, number int) bool {
	if line == "" || line[0] == '#' {
		return true
	}
	fields := strings.Fields(line)
	if len(fields) < 3 || strings.ContainsAny(fields[0], "@|*?!") {
		return false
	}
	blob, err := base64.StdEncoding.DecodeString(fields[2])
	if err != nil {
		return false
	}
	key, err := ssh.ParsePublicKey(blob)
	if err != nil {
		return false
	}
	for name := range strings.SplitSeq(fields[0], ",") {
		if name == "" {
			continue
		}
		at := endpoint{name, "22"}
		if host, port, err := net.SplitHostPort(name); err == nil {
			at = endpoint{host, port}
		}
		k.plain[at] = append(k.plain[at], xknownhosts.KnownKey{Key: key, Filename: file, Line: number})
	}
	return true
}

// of returns the database for one host, by its lines alone where that is possible.
func (k *knownFiles) of(name string) *knownhosts.HostKeyDB {
	if k.db != nil {
		return k.db
	}
	host, port, err := net.SplitHostPort(name)
	if err != nil {
		host, port = name, "22"
	}
	lines := k.plain[endpoint{host, port}]
	return knownhosts.HostKeyCallback(func(_ string, _ net.Addr, key ssh.PublicKey) error {
		if _, certified := key.(*ssh.Certificate); !certified {
			for _, l := range lines {
				if bytes.Equal(l.Key.Marshal(), key.Marshal()) {
					return nil
				}
			}
		}
		return &xknownhosts.KeyError{Want: lines}
	}).ToDB()
}
