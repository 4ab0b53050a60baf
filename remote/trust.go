package remote

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	xknownhosts "golang.org/x/crypto/ssh/knownhosts"
)

// KnownHostsFile is where Trust writes the key: the first of Config.KnownHosts.
func (k HostKey) KnownHostsFile() string {
	if len(k.config.KnownHosts) == 0 {
		return ""
	}
	return k.config.KnownHosts[0]
}

// Trust writes new or changed keys into their known_hosts files, and removes the old
// entries of changed ones. Other hosts, patterns, markers and comments stay as they
// are. Names are hashed if the file has hashed names. replace writes a whole file and
// keeps its mode.
//
// It is an error, and nothing is written, if a key is revoked or differs from the one
// that the inventory pins, or if known_hosts is not a regular file.
func Trust(keys []HostKey, replace func(file string, text []byte, mode fs.FileMode) error) error {
	files := map[string][]HostKey{}
	var order []string
	for _, k := range keys {
		file := k.KnownHostsFile()
		switch {
		case k.State != KeyNew && k.State != KeyChanged:
			return fmt.Errorf("%s: trust its key %s: it is %s", k.Host, k.Fingerprint, k.State)
		case k.config.HostKey != "":
			return fmt.Errorf("%s: trust its key %s: %s; correct host_key there", k.Host, k.Fingerprint, k.Known)
		case file == "":
			return fmt.Errorf("%s: trust its key: there is no known_hosts file to write it to; name one in ssh.known_hosts",
				k.Host)
		case k.config.forgets() != "":
			return fmt.Errorf("%s: trust its key: %s", k.Host, k.config.forgets())
		case files[file] == nil:
			order = append(order, file)
		}
		files[file] = append(files[file], k)
	}
	for _, file := range order {
		if err := trust(file, files[file], replace); err != nil {
			return fmt.Errorf("write %s: %w", file, err)
		}
	}
	return stillRefused(keys)
}

// stillRefused finds keys that are not accepted after they were written, and hosts of
// which a pattern or another file has another key.
func stillRefused(keys []HostKey) error {
	var errs []error
	for _, k := range keys {
		known, err := k.config.hostKeys()
		if err == nil {
			err = known.check("", nil, k.key)
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		for _, other := range marked(known.lines.own, "") {
			if other.Key.Type() == k.Type && !other.has(k.key) {
				errs = append(errs,
					fmt.Errorf("%s: another key, %s, stays trusted by a pattern or another file of %s: take it out there",
						k.Host, describe(other.Key), strings.Join(k.config.KnownHosts, ", ")))
			}
		}
	}
	return errors.Join(errs...)
}

func trust(file string, keys []HostKey, replace func(string, []byte, fs.FileMode) error) error {
	old, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	return replace(file, []byte(entered(string(old), keys)), 0)
}

// forgets explains why the file cannot store the key, and what to do; "" if it can.
func (c Config) forgets() string {
	if len(c.KnownHosts) == 0 {
		return ""
	}
	file := c.KnownHosts[0]
	info, err := os.Stat(file)
	if err != nil || info.Mode().IsRegular() {
		return ""
	}
	said := cmp.Or(c.KnownHostsFrom, "known_hosts")
	return fmt.Sprintf("%s is %s, which is not a regular file, so nothing is remembered: name a file there, or in "+
		"ssh.known_hosts of the inventory", said, file)
}

// entered is the text of a known_hosts file with the keys added.
func entered(text string, keys []HostKey) string {
	hashed := false
	for line := range strings.Lines(text) {
		hashed = hashed || strings.HasPrefix(line, "|1|")
	}
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	var written []string
	for _, k := range keys {
		name := k.config.known().own
		line := xknownhosts.Line([]string{name}, k.key)
		if slices.Contains(written, line) {
			continue
		}
		written = append(written, line)
		if k.State == KeyChanged {
			text = without(text, name)
		}
		if hashed {
			line = strings.Replace(line, name, xknownhosts.HashHostname(name), 1)
		}
		text += line + "\n"
	}
	return text
}

// without removes a name, plain or hashed, from all lines.
func without(text, name string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		trimmed := strings.TrimLeft(line, " \t")
		names, rest, _ := strings.Cut(strings.ReplaceAll(trimmed, "\t", " "), " ")
		switch {
		case trimmed == "", trimmed[0] == '#', trimmed[0] == '@':
		case strings.HasPrefix(names, "|1|"):
			if hashes(names, name) {
				continue
			}
		case slices.Contains(strings.Split(strings.ToLower(names), ","), name):
			left := slices.DeleteFunc(strings.Split(names, ","), func(n string) bool { return strings.EqualFold(n, name) })
			if !slices.ContainsFunc(left, func(n string) bool { return n != "" && n[0] != '!' }) {
				continue
			}
			line = strings.Join(left, ",") + " " + rest
		}
		b.WriteString(line)
	}
	return b.String()
}

// hashes reports whether |1|SALT|HASH is the hash of a name: HMAC-SHA1 of the name with
// the salt as key (OpenSSH, hostfile.c).
func hashes(entry, name string) bool {
	parts := strings.Split(entry, "|")
	if len(parts) != 4 {
		return false
	}
	salt, err := base64.StdEncoding.DecodeString(parts[2])
	hash, hashErr := base64.StdEncoding.DecodeString(parts[3])
	if err != nil || hashErr != nil {
		return false
	}
	mac := hmac.New(sha1.New, salt)
	mac.Write([]byte(name))
	return hmac.Equal(mac.Sum(nil), hash)
}

// Shared finds hosts that show the same key at different addresses, as cloned machines
// do: each of them can impersonate the others.
func Shared(keys []HostKey) (groups [][]string) {
	hosts, at := map[string][]string{}, map[string][]string{}
	var order []string
	for _, k := range keys {
		place := k.config.way() + k.Address
		switch {
		case k.key == nil, slices.Contains(at[k.Fingerprint], place):
			continue
		case hosts[k.Fingerprint] == nil:
			order = append(order, k.Fingerprint)
		}
		hosts[k.Fingerprint] = append(hosts[k.Fingerprint], k.Host)
		at[k.Fingerprint] = append(at[k.Fingerprint], place)
	}
	for _, f := range order {
		if len(hosts[f]) > 1 {
			groups = append(groups, hosts[f])
		}
	}
	return groups
}
