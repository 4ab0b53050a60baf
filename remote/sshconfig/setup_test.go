package sshconfig_test

import (
	"os"
	"path/filepath"
	"testing"

	"odooctl/remote/sshconfig"
)

// writeConfig writes a configuration.
func writeConfig(t testing.TB, text string) (file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(file, []byte(text+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func load(t testing.TB, m sshconfig.Machine, files ...string) *sshconfig.Config {
	t.Helper()
	c, err := sshconfig.Load(m, files...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
