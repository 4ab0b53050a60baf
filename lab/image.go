package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"odooctl/remote/shell"
)

// bootstrapOptions are the options of mmdebstrap(1) that are the same for every image.
var bootstrapOptions = []string{
	"--variant=minbase", "--mode=root", "--format=directory",
	`--aptopt=APT::Install-Recommends "false"`,
	"--dpkgopt=force-unsafe-io",
}

// imageStore has the images, each in a folder named after its recipe and the recipe's
// digest.
type imageStore struct {
	dir     string
	mirrors mirrors
	say     progress
}

// ensure returns the folder of the recipe's image, and builds a missing image first. Of
// several processes that want the same image one builds it and the others wait.
func (s imageStore) ensure(ctx context.Context, r recipe) (string, error) {
	digest, err := r.digest()
	if err != nil {
		return "", err
	}
	image := filepath.Join(s.dir, r.Name+"-"+digest)
	if isDir(image) {
		return image, nil
	}
	building := image + ".building"
	unlock, err := lockFolder(ctx, building,
		func() { s.say.line("waiting for another process that builds image %s", r.Name) })
	if err != nil {
		return "", fmt.Errorf("build image %s: %w", r.Name, err)
	}
	defer unlock()
	if !isDir(image) {
		if err := s.build(ctx, r, building, image); err != nil {
			return "", fmt.Errorf("build image %s: %w", r.Name, err)
		}
	}
	return image, removeTree(building)
}

// build installs the image below the folder building, where a killed build may have
// left its remains, and renames it when it is complete.
func (s imageStore) build(ctx context.Context, r recipe, building, image string) error {
	done := s.say.step("building image %s (%s)", r.Name, r.Duration)
	if err := clearFolder(building); err != nil {
		return err
	}
	sources, err := r.sources(s.mirrors)
	if err != nil {
		return err
	}
	root := filepath.Join(building, "rootfs")
	args, err := s.bootstrapArguments(r, building, root)
	if err != nil {
		return err
	}
	log, err := os.Create(image + ".log")
	if err != nil {
		return err
	}
	defer log.Close()

	cmd := exec.CommandContext(ctx, "mmdebstrap", args...)
	cmd.Stdin = strings.NewReader(sources)
	cmd.Stdout, cmd.Stderr = log, log
	inOwnGroup(cmd)
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("run mmdebstrap: %w\n%s\nthe whole log is in %s", err, tailOf(log.Name(), 12), log.Name())
	}
	if err := os.Rename(root, image); err != nil {
		return err
	}
	done()
	return nil
}

// bootstrapArguments writes the files that mmdebstrap's hooks read into the folder building and returns the command
// line.
func (s imageStore) bootstrapArguments(r recipe, building, root string) ([]string, error) {
	args := append([]string{}, bootstrapOptions...)
	for _, option := range r.Apt {
		args = append(args, "--aptopt="+option)
	}
	for _, pattern := range r.Without {
		args = append(args, "--dpkgopt=path-exclude="+pattern)
	}
	if r.Pins != "" {
		pins := filepath.Join(building, "pins")
		if err := os.WriteFile(pins, []byte(r.Pins), 0o644); err != nil {
			return nil, err
		}
		args = append(args, fmt.Sprintf(`--setup-hook=install -D -m 0644 %s "$1/etc/apt/preferences.d/lab"`,
			shell.Quote(pins)))
	}
	for _, name := range r.Scripts {
		text, err := scripts.ReadFile("images/" + name)
		if err != nil {
			return nil, err
		}
		script := filepath.Join(building, name)
		if err := os.WriteFile(script, text, 0o644); err != nil {
			return nil, err
		}
		args = append(args, fmt.Sprintf(`--customize-hook=chroot "$1" sh -eu -s <%s`, shell.Quote(script)))
	}
	packages := append(append([]string{}, basePackages...), r.Packages...)
	return append(args, "--include="+strings.Join(packages, ","), r.Suite, root, "-"), nil
}

// RemoveImages removes every image below the folder cache, except those of running
// hosts of any lab. It waits for builds in other processes.
func RemoveImages(ctx context.Context, cache string) error {
	table, err := readMounts()
	if err != nil {
		return err
	}
	entries, err := os.ReadDir(cache)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("remove images: %w", err)
	}
	var failed []error
	for _, entry := range entries {
		path := filepath.Join(cache, entry.Name())
		if m, used := table.overlayOn(path); used {
			failed = append(failed,
				fmt.Errorf("remove image %s: a host runs on it, its disk is mounted on %s; take its lab down first",
					path, m.point))
			continue
		}
		failed = append(failed, removeImage(ctx, path))
	}
	return errors.Join(failed...)
}

func removeImage(ctx context.Context, path string) error {
	if strings.HasSuffix(path, ".building") {
		unlock, err := lockFolder(ctx, path, nil)
		if err != nil {
			return err
		}
		defer unlock()
	}
	return removeTree(path)
}
