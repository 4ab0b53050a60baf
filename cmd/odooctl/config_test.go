package main

import (
	"os"
	"strings"
	"testing"
)

// TestConfigKeys: README has a row for each key of a user's configuration.
func TestConfigKeys(t *testing.T) {
	page, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range sorted(configKeys) {
		if !strings.Contains(string(page), "\n| `"+key+"` | ") {
			t.Errorf("README.md has no row for %s", key)
		}
	}
}
