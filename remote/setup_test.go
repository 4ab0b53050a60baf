package remote_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"odooctl/remote"
	"odooctl/remote/remotetest"
)

func dial(t testing.TB, c remote.Config) *remote.Client {
	t.Helper()
	client, err := remote.Dial(deadline(t), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return client
}

func shell(t testing.TB, c remote.Config) *remote.Shell {
	t.Helper()
	sh, err := dial(t, c).Shell(deadline(t))
	if err != nil {
		t.Fatal(err)
	}
	return sh
}

// deadline bounds every wait of a test.
func deadline(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func run(t testing.TB, sh *remote.Shell, script, stdin string) remote.Result {
	t.Helper()
	result, err := sh.Run(deadline(t), script, []byte(stdin))
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// wantError fails unless err is an *Error of the kind whose text contains all words.
func wantError(t testing.TB, err error, kind remote.Kind, words ...string) {
	t.Helper()
	var e *remote.Error
	if !errors.As(err, &e) || e.Kind != kind {
		t.Fatalf("got error %v of kind %q, want kind %q", err, remote.KindOf(err), kind)
	}
	if !strings.HasPrefix(err.Error(), e.Host+": ") {
		t.Errorf("%q does not begin with the host", err)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%q does not say %q", err, w)
		}
	}
}

func executable(t testing.TB, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
}

func appears(t testing.TB, file string) {
	t.Helper()
	waitFor(t, file+" exists", func() bool { return exists(file) })
}

func waitFor(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for range 6000 {
		if ok() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("timed out waiting until %s", what)
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

// sleeper is a script that starts a child in its own session and writes its process id
// to pid.
func sleeper(srv *remotetest.Server) (script, pid string) {
	pid = filepath.Join(srv.Home, "pid")
	return "sleep 600 & echo $! >" + pid + ".new; mv " + pid + ".new " + pid + "; wait", pid
}

// process returns the command line of the process whose id is in the file, once it is
// there. During exec a process has no command line.
func process(t testing.TB, file string) (cmdline string) {
	t.Helper()
	appears(t, file)
	id, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	cmdline = "/proc/" + strings.TrimSpace(string(id)) + "/cmdline"
	waitFor(t, cmdline+" is there to be ended", func() bool { return alive(cmdline) })
	return cmdline
}

// ends waits until a process is gone, or is a zombie: then its command line is empty.
func ends(t testing.TB, cmdline string) {
	t.Helper()
	waitFor(t, cmdline+" ends", func() bool { return !alive(cmdline) })
}

func alive(cmdline string) bool {
	text, err := os.ReadFile(cmdline)
	return err == nil && len(text) > 0
}
