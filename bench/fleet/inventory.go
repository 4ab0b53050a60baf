package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

// site is one host of the fleet: PostgreSQL, Odoo and nginx, all on it.
const site = `  %[1]s:
    odoo:
      hosts: [%[2]s]
      version: "14.0"
      users: 20
      databases: [%[1]s]
      dbfilter: ^%[1]s$
      list_db: false
      admin_passwd: {env: FLEET_ADMIN}
      options: {limit_time_real: 1200}
    postgresql:
      host: %[2]s
      access: local
      role: {name: odoo, createdb: true}
      settings: {max_connections: 200}
    nginx:
      hosts: [%[2]s]
      server_name: %[1]s.example.com
      tls: {self_signed: true}
`

// secrets are the inventory's secrets in the environment. They protect nothing. The
// master password is given as its hash, one for all: hashing a plain password takes
// 25,000 rounds of PBKDF2 per host, which would dominate the measurement.
var secrets = map[string]string{
	"FLEET_ADMIN": "$pbkdf2-sha512$1000$c2FsdCBvZiBhIGZsZWV0Lg$NmtmRvDA/R6jSPDO3UUWgAA/jPunU/1WqB5TC9F9wxiTF2MM.ZWVhoes4s72hsYI/JoEAnHuoWRhzXex9wIeVw",
}

func hostName(i int) string   { return "h" + strconv.Itoa(i) }
func deployment(i int) string { return "shop" + strconv.Itoa(i) }

// address is a host's: all of 127.0.0.0/8 is local.
func address(i int) net.IP { return net.IPv4(127, byte(16+i>>16), byte(i>>8), byte(i)) }

// inventory is the inventory of the hosts with these numbers.
func inventory(port int, numbers ...int) string {
	var hosts, deployments strings.Builder
	for _, i := range numbers {
		fmt.Fprintf(&hosts, "  %s: {address: %s}\n", hostName(i), address(i))
		fmt.Fprintf(&deployments, site, deployment(i), hostName(i))
	}
	return fmt.Sprintf("ssh: {user: deploy, port: %d, identity_file: id, known_hosts: [known_hosts]}\nsudo: true\n"+
		"hosts:\n%sdeployments:\n%s", port, &hosts, &deployments)
}

// key derives a key from a name, so that it need not be stored.
func key(name string) (ssh.Signer, error) {
	seed := sha256.Sum256([]byte("key of the simulated " + name))
	return ssh.NewSignerFromKey(ed25519.NewKeyFromSeed(seed[:]))
}

// private returns the same key as an OpenSSH file, and its signer.
func private(name string) (*pem.Block, ssh.Signer, error) {
	seed := sha256.Sum256([]byte("key of the simulated " + name))
	block, err := ssh.MarshalPrivateKey(ed25519.NewKeyFromSeed(seed[:]), name)
	if err != nil {
		return nil, nil, err
	}
	signer, err := key(name)
	return block, signer, err
}

// operator is the user who logs in.
const operator = "operator"

// desk writes what the operator's machine needs to reach the hosts: the inventory, the
// private key and known_hosts.
func desk(dir string, port, hosts int) error {
	numbers := make([]int, hosts)
	var known bytes.Buffer
	for i := range numbers {
		numbers[i] = i
		k, err := key(hostName(i))
		if err != nil {
			return err
		}
		fmt.Fprintln(&known, knownhosts.Line([]string{net.JoinHostPort(address(i).String(), strconv.Itoa(port))},
			k.PublicKey()))
	}
	block, _, err := private(operator)
	if err != nil {
		return err
	}
	for name, data := range map[string][]byte{
		"inventory.yaml": []byte(inventory(port, numbers...)),
		"known_hosts":    known.Bytes(),
		"id":             pem.EncodeToMemory(block),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			return err
		}
	}
	return nil
}
