package run

import "testing"

func TestListens(t *testing.T) {
	for addresses, want := range map[string]string{
		"localhost": "127.0.0.1", "*": "127.0.0.1", "": "127.0.0.1", "192.168.1.2": "192.168.1.2",
		"192.168.1.2, localhost": "127.0.0.1", "::": "::1", "::1,192.168.1.2": "::1", "0.0.0.0": "127.0.0.1",
	} {
		if got := listens(addresses); got != want {
			t.Errorf("%q: %s, want %s", addresses, got, want)
		}
	}
}
