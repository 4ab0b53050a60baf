// Command fleet simulates hosts for odooctl, and measures its performance on many of
// them.
//
//	go run ./bench/fleet measure --sizes 100,1000,10000
//	go run ./bench/fleet serve --hosts 1000 --rtt 20ms --dir /tmp/fleet
//
// A simulated host is an SSH server with its own key at its own address in 127.0.0.0/8:
// the handshakes, the encryption and the frames are real. Its answers are those of a
// host to which the playbook site was applied, recorded from the fake hosts of package
// tasktest. It answers only the scripts that were recorded: a run that asks anything
// else fails.
//
// The hosts run in a separate process, which measure starts for each size.
package main
