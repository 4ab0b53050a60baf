package tunnel

import (
	"fmt"
	"regexp"
	"strings"

	"odooctl/tasks"
)

var (
	hostKey     = regexp.MustCompile(`^(?:ssh-ed25519|ecdsa-sha2-nistp(?:256|384|521)|ssh-rsa) [A-Za-z0-9+/]+={0,2}`)
	hostKeyLine = regexp.MustCompile(`(?mi)^\s*HostKey\s+"?([^"\s]+)`)
)

// pin returns the known_hosts that binds a tunnel to the host peer: its present host
// keys, under its name in the inventory. They were read over a connection with a
// verified host key; fetching them over the network would be trust on first use
// (ssh-keyscan(1), "Security").
func pin(peer *tasks.Host) (string, error) {
	files := peer.Glob("/etc/ssh/ssh_host_*_key.pub")
	if own := hostKeyLine.FindAllStringSubmatch(peer.File(sshdConfig).Text(), -1); own != nil {
		files = nil
		for _, m := range own {
			files = append(files, m[1]+".pub")
		}
	}
	var b strings.Builder
	b.WriteString(ours)
	found := false
	for _, p := range files {
		if k := hostKey.FindString(peer.File(p).Text()); k != "" {
			found = true
			fmt.Fprintf(&b, "%s %s\n", peer.Name, k)
		}
	}
	if !found {
		return "", fmt.Errorf("%s has no host key of sshd that could be pinned: want one such as "+
			"/etc/ssh/ssh_host_ed25519_key.pub (`ssh-keygen -A` makes them)", peer.Name)
	}
	return b.String(), nil
}
