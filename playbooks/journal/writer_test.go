package journal

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestOldJournalsGo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	name := func(second int) string {
		return time.Date(2026, 1, 1, 0, 0, second, 0, time.UTC).Format("20060102T150405") + "-0000"
	}
	for i := range kept + 5 {
		if err := os.WriteFile(filepath.Join(dir, name(i)+extension), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	j, err := Create(dir, "20261122T180000-0000", time.Now, func(text string) string { return text })
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Error(err)
	}
	left := journals(dir)
	if len(left) != kept || !strings.HasPrefix(left[0], "20261122") || left[kept-1] != "20260101T000006-0000.jsonl" {
		t.Errorf("%d journals, from %s to %s", len(left), left[len(left)-1], left[0])
	}
}
