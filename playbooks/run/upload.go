package run

import (
	"bytes"
	"context"
	"errors"
	"io"

	"odooctl/playbooks/connect"
	"odooctl/remote"
	"odooctl/tasks"
)

// maxCarried is how many bytes travel with a script through the shell, which keeps them in
// the memory of the host. More goes by sftp, if the host has that.
const maxCarried = 1 << 20

// uploads is a shell that can upload large files.
type uploads interface {
	Upload(ctx context.Context, file string, r io.Reader) error
}

// send runs a script with its payload: as its standard input, or from a file of root that
// is removed as soon as the script has opened it. Line is told what the script prints, if the
// shell can be followed; nil: nothing is.
func send(ctx context.Context, sh connect.Shell, id, script string, payload []byte,
	line func(string)) (remote.Result, error) {
	run := sh.Run
	if f, can := sh.(follows); can {
		run = func(ctx context.Context, script string, stdin []byte) (remote.Result, error) {
			return f.Follow(ctx, script, stdin, line)
		}
	}
	up, can := sh.(uploads)
	if !can || len(payload) <= maxCarried {
		return run(ctx, script, payload)
	}
	file := tasks.PayloadFile(id)
	switch err := up.Upload(ctx, file, bytes.NewReader(payload)); {
	case errors.Is(err, remote.ErrNoSFTP):
		return run(ctx, script, payload)
	case err != nil:
		return remote.Result{}, err
	}
	return run(ctx, tasks.FromFile(file)+script, nil)
}
