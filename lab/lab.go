package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"
)

// DefaultCache and DefaultState are the folders of images and labs unless a Config says
// otherwise.
const (
	DefaultCache = "/var/cache/odooctl-lab"
	DefaultState = "/var/lib/odooctl-lab"
)

// imagesAtOnce limits parallel builds of images: a build keeps one core and the disk
// busy.
const imagesAtOnce = 2

// Config describes a lab.
type Config struct {
	Name     string           // lower-case letters and digits, at most 11, beginning with a letter
	Subnet   netip.Prefix     // a /24 of 198.18.0.0/15 that no other lab of this machine has
	Hosts    []Host           // nil for Standard
	Cache    string           // the folder of the images, "" for DefaultCache
	State    string           // the folder of the labs, "" for DefaultState
	Progress io.Writer        // receives progress lines; nil: none
	Now      func() time.Time // for the durations in those lines; nil: without durations
}

// Lab is a set of hosts, running or not. Its methods are safe for concurrent use.
type Lab struct {
	name     string
	subnet   netip.Prefix
	dir      string
	cache    string
	machines []*Machine
	say      progress
}

var labName = regexp.MustCompile(`^[a-z][a-z0-9]{0,10}$`)

// New checks the configuration and returns the lab. It touches nothing: Host and
// Machines find running hosts of that name, and Up makes new ones.
func New(c Config) (*Lab, error) {
	if !labName.MatchString(c.Name) {
		return nil, fmt.Errorf("lab name %q: want a small letter, then small letters and digits, 11 characters at most",
			c.Name)
	}
	if err := checkSubnet(c.Subnet); err != nil {
		return nil, fmt.Errorf("lab %s: %w", c.Name, err)
	}
	if c.Hosts == nil {
		c.Hosts = Standard()
	}
	if err := checkHosts(c.Hosts); err != nil {
		return nil, fmt.Errorf("lab %s: %w", c.Name, err)
	}
	state, err := folder(c.State, DefaultState)
	if err != nil {
		return nil, err
	}
	cache, err := folder(c.Cache, DefaultCache)
	if err != nil {
		return nil, err
	}
	l := &Lab{name: c.Name, subnet: c.Subnet, dir: filepath.Join(state, c.Name), cache: cache,
		say: newProgress(c.Progress, c.Now)}
	for _, h := range c.Hosts {
		l.machines = append(l.machines, &Machine{lab: l, host: h, dir: filepath.Join(l.dir, "hosts", h.Name)})
	}
	return l, nil
}

// folder returns the path as the kernel's mount table will show it: absolute and
// without symbolic links.
func folder(path, otherwise string) (string, error) {
	if path == "" {
		path = otherwise
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	if strings.ContainsAny(path, ",:\\\"' \t\n") {
		return "", fmt.Errorf("folder %q: the options of an overlay mount cannot take such a name", path)
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real, nil
	}
	parent, err := filepath.EvalSymlinks(filepath.Dir(path))
	if errors.Is(err, os.ErrNotExist) {
		return path, nil
	}
	return filepath.Join(parent, filepath.Base(path)), err
}

// Up makes new hosts and boots them in parallel. It returns when each has finished
// booting and its sshd answers. First it builds missing images and removes what an
// earlier lab of this name left behind. If it fails the hosts stay as they are, for
// inspection; Up or Down removes them.
func (l *Lab) Up(ctx context.Context) error {
	if err := installPrerequisites(ctx, l.say); err != nil {
		return err
	}
	images, err := l.images(ctx)
	if err != nil {
		return err
	}
	unlock, err := l.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	done := l.say.step("lab %s: booting %s on %s", l.name, strings.Join(l.hostNames(), ", "), l.subnet)
	if err := l.clear(ctx); err != nil {
		return fmt.Errorf("lab %s: remove what an earlier run left: %w", l.name, err)
	}
	if err := l.writeKey(); err != nil {
		return fmt.Errorf("lab %s: %w", l.name, err)
	}
	if err := raiseBridge(ctx, l.Bridge(), l.subnet); err != nil {
		return fmt.Errorf("lab %s: %w", l.name, err)
	}
	if err := l.each(func(m *Machine) error { return m.create(images[m.host.Image]) }); err != nil {
		return err
	}
	if err := l.describe(); err != nil {
		return fmt.Errorf("lab %s: %w", l.name, err)
	}
	if err := l.makeShares(ctx); err != nil {
		return fmt.Errorf("lab %s: %w", l.name, err)
	}
	if err := l.each(func(m *Machine) error { return m.Boot(ctx) }); err != nil {
		return err
	}
	done()
	return nil
}

// Build builds the images of the hosts that are missing; see Up. The error says which could not be built.
func (l *Lab) Build(ctx context.Context) error {
	if err := installPrerequisites(ctx, l.say); err != nil {
		return err
	}
	_, err := l.images(ctx)
	return err
}

// Down kills the hosts and removes everything of the lab but the images. A lab that is not there is no error.
func (l *Lab) Down(ctx context.Context) error {
	unlock, err := l.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	return l.remove(ctx)
}

func (l *Lab) remove(ctx context.Context) error {
	if err := l.clear(ctx); err != nil {
		return fmt.Errorf("lab %s: %w", l.name, err)
	}
	return removeTree(l.dir)
}

// Name returns the lab's name.
func (l *Lab) Name() string { return l.name }

// Subnet returns the network of the hosts.
func (l *Lab) Subnet() netip.Prefix { return l.subnet }

// Gateway returns this machine's address on the lab's bridge. It does not route
// packets.
func (l *Lab) Gateway() netip.Addr { return addressIn(l.subnet, 1) }

// Bridge returns the name of the lab's bridge on this machine.
func (l *Lab) Bridge() string { return bridgeOf(l.name) }

// Dir returns the lab's state folder: id_ed25519, known_hosts, ssh_config, hosts.json
// and the hosts' disks.
func (l *Lab) Dir() string { return l.dir }

// Machines returns the hosts in the order of the configuration.
func (l *Lab) Machines() []*Machine { return append([]*Machine{}, l.machines...) }

// Host returns the host of that name, or nil.
func (l *Lab) Host(name string) *Machine {
	for _, m := range l.machines {
		if m.host.Name == name {
			return m
		}
	}
	return nil
}

func (l *Lab) hostNames() []string {
	var names []string
	for _, m := range l.machines {
		names = append(names, m.host.Name)
	}
	return names
}

// each runs do for all hosts at once, waits for all of them and returns every error, in the order of the hosts.
func (l *Lab) each(do func(*Machine) error) error {
	failed := make([]error, len(l.machines))
	var all sync.WaitGroup
	for i, m := range l.machines {
		all.Go(func() {
			if err := do(m); err != nil {
				failed[i] = fmt.Errorf("lab %s: host %s: %w", l.name, m.host.Name, err)
			}
		})
	}
	all.Wait()
	return errors.Join(failed...)
}

// images ensures that the hosts' images exist, builds a few at a time, and returns
// their folders by name.
func (l *Lab) images(ctx context.Context) (map[string]string, error) {
	var needed []recipe
	folders := map[string]string{}
	for _, m := range l.machines {
		if _, known := folders[m.host.Image]; known {
			continue
		}
		r, err := recipeOf(m.host.Image)
		if err != nil {
			return nil, err
		}
		folders[r.Name] = ""
		needed = append(needed, r)
	}
	found, err := readMirrors(os.DirFS("/etc/apt"))
	if err != nil {
		return nil, err
	}
	store := imageStore{dir: l.cache, mirrors: found, say: l.say}
	failed := make([]error, len(needed))
	slots := make(chan struct{}, imagesAtOnce)
	var mu sync.Mutex
	var all sync.WaitGroup
	for i, r := range needed {
		all.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			image, err := store.ensure(ctx, r)
			mu.Lock()
			defer mu.Unlock()
			folders[r.Name], failed[i] = image, err
		})
	}
	all.Wait()
	return folders, errors.Join(failed...)
}
