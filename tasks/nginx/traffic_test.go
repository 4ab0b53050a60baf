package nginx

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// looked runs one of the programs on logs in a folder.
func looked(t *testing.T, script string) (string, []Mark) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "sh", "-c", script).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	marks, counts, err := ParseTraffic(string(out))
	if err != nil {
		t.Fatal(err)
	}
	text := ""
	for i, m := range marks {
		text += fmt.Sprintf("%s %d/%d ", m.Deployment, counts[i].Errors, counts[i].Requests)
	}
	return strings.TrimSpace(text), marks
}

// requests are lines as nginx writes them, of a time before now.
func requests(ago time.Duration, status ...int) (text string) {
	for _, s := range status {
		text += fmt.Sprintf("2001:db8::1 - - [%s] \"GET /x?a=\\x22 502 \\x22 HTTP/1.1\" %d 512 \"-\" \"curl 503 \\x22\"\n",
			time.Now().Add(-ago).Format("02/Jan/2006:15:04:05 -0700"), s)
	}
	return text
}

func TestTraffic(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	log := root + AccessLog("one")
	if err := os.MkdirAll(filepath.Dir(log), 0o755); err != nil {
		t.Fatal(err)
	}
	add := func(text string) {
		t.Helper()
		f, err := os.OpenFile(log, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err == nil {
			_, err = f.WriteString(text)
			f.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	want := func(got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	add(requests(2*time.Hour, 500, 502, 200) + requests(5*time.Minute, 200, 200, 503, 302) + "no line of nginx\n")
	got, _ := looked(t, Recent(root, []string{"one", "none"}, time.Hour))
	want(got, "one 1/4 none 0/0")
	got, marks := looked(t, Recent(root, []string{"one"}, time.Second))
	want(got, "one 0/0")
	got, marks = looked(t, Since(root, marks))
	want(got, "one 0/0")
	add(requests(0, 200, 504))
	got, next := looked(t, Since(root, marks))
	want(got, "one 1/2")
	add(requests(0, 200))
	got, _ = looked(t, Since(root, next))
	want(got, "one 0/1")
	// Rotated with something unread, and new lines since.
	if err := os.Rename(log, log+".1"); err != nil {
		t.Fatal(err)
	}
	add(requests(0, 500, 200, 200))
	got, next = looked(t, Since(root, next))
	want(got, "one 1/4")
	// Emptied in place, as copytruncate does.
	if err := os.WriteFile(log, []byte(requests(0, 200)), 0o644); err != nil {
		t.Fatal(err)
	}
	got, _ = looked(t, Since(root, next))
	want(got, "one 0/1")
	got, _ = looked(t, Since(root, []Mark{{"none", 0, 0}}))
	want(got, "none 0/0")
}

func TestTrafficBroken(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"one 1 2 3\n", "one 1 2 3 x\n", "one 1 2 3 -4\n"} {
		if _, _, err := ParseTraffic(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}
