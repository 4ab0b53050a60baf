// Command fleet plays hosts for odooctl, and measures how it does on many of them.
//
//	go run ./bench/fleet measure --sizes 100,1000,10000
//	go run ./bench/fleet serve --hosts 1000 --rtt 20ms --dir /tmp/fleet
//
// A simulated host is an SSH server with a key of its own at an address of its own
// in 127.0.0.0/8: the handshakes, the encryption and the frames are real. What it
// says is what a host says that the playbook site was applied to, recorded from the
// fake hosts of package tasktest. It answers the scripts that it was asked when that
// was recorded, and no other: a run that asks anything else fails.
//
// The hosts run in a process of their own, which measure starts for each size.
package main
