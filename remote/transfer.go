package remote

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path"
	"strings"

	"github.com/pkg/sftp"

	"odooctl/remote/shell"
)

//go:embed transfer.sh
var place string

// Upload writes the content of r to a file, as the user of the shell and with mode
// 0600. It is written under another name in the same folder, synced, compared by the
// SHA-256 that the host computes, and then renamed, so that file is complete or does
// not exist. It takes some 2 MiB of memory, whatever the size. A missing folder is
// created with mode 0700.
//
// The error is ErrNoSFTP if the host has no sftp; then nothing of r has been read.
func (c *Client) Upload(ctx context.Context, file string, r io.Reader) error {
	suffix, err := randomHex(c.config.Rand)
	if err != nil {
		return err
	}
	part := file + "." + suffix
	sum := sha256.New()
	err = c.files(ctx, path.Dir(file), func(fs *sftp.Client) error {
		err := write(fs, part, io.TeeReader(r, sum))
		if err != nil {
			fs.Remove(part)
			return fmt.Errorf("upload %s: %w", file, err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	script := shell.Call(place, "place", part, hex.EncodeToString(sum.Sum(nil)), file)
	_, err = c.once(ctx, "upload "+file, script)
	return err
}

// write fills a new file. Writes are pipelined and an error may leave holes, so the
// file is complete only without one.
func write(fs *sftp.Client, file string, r io.Reader) error {
	f, err := fs.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Chmod(0o600); err != nil {
		return err
	}
	if _, err := f.ReadFromWithConcurrency(r, maxPending); err != nil {
		return err
	}
	if _, can := fs.HasExtension("fsync@openssh.com"); can {
		if err := f.Sync(); err != nil {
			return err
		}
	}
	return f.Close()
}

// once runs one script in a shell of its own.
func (c *Client) once(ctx context.Context, what, script string) (Result, error) {
	sh, result, err := c.Start(ctx, script)
	if err != nil {
		return result, err
	}
	defer sh.Close()
	if result.Code != 0 {
		return result, fmt.Errorf("%s: %s: %s", c.config.Host, what, strings.TrimSpace(string(result.Stderr)))
	}
	return result, nil
}
