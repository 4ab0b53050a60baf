package run

import (
	"bytes"
	"context"
	"errors"
	"io"
	"sync"

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

// payload is a tasks.Payload: what a script takes from its standard input.
type payload interface {
	Size() int64
	io.WriterTo
}

// send runs a script with its payload: as its standard input, or from a file of root that
// is removed as soon as the script has opened it. The file is written as it is read here. Line
// is told what the script prints, if the shell can be followed; nil: nothing is.
func send(ctx context.Context, sh connect.Shell, id, script string, data payload,
	line func(string)) (remote.Result, error) {
	run := sh.Run
	if f, can := sh.(follows); can {
		run = func(ctx context.Context, script string, stdin []byte) (remote.Result, error) {
			return f.Follow(ctx, script, stdin, line)
		}
	}
	if up, can := sh.(uploads); can && data.Size() > maxCarried {
		file := tasks.PayloadFile(id)
		switch err := upload(ctx, up, file, data); {
		case errors.Is(err, remote.ErrNoSFTP):
		case err != nil:
			return remote.Result{}, err
		default:
			return run(ctx, tasks.FromFile(file)+script, nil)
		}
	}
	var text bytes.Buffer
	if _, err := data.WriteTo(&text); err != nil {
		return remote.Result{}, err
	}
	return run(ctx, script, text.Bytes())
}

func upload(ctx context.Context, up uploads, file string, data payload) error {
	r, w := io.Pipe()
	var writing sync.WaitGroup
	defer writing.Wait()
	defer r.Close()
	writing.Go(func() {
		_, err := data.WriteTo(w)
		w.CloseWithError(err)
	})
	return up.Upload(ctx, file, r)
}
