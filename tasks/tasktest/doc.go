// Package tasktest runs tests that are data: hosts in, plan out.
//
//	func TestPlans(t *testing.T) {
//		tasktest.Run(t, "testdata/*.txtar", tasktest.Stage("nginx", "nginx.certificate", "nginx.site"))
//	}
//
// A test is a txtar file. What it leaves out is as on a fresh Debian 12 with the
// packages installed; see debian.txtar. The sections are:
//
//	inventory.yaml          the whole inventory; {env: NAME} gives s3cret-NAME
//	db1: facts              lines of the reading script; a name alone takes the fact away
//	db1: units              NAME [enabled|disabled|static|masked|missing] [active|inactive]
//	db1: clusters           YAML, see form in cluster.go; [] for none
//	db1: users              lines of passwd
//	db1: kernel             PATH VALUE: a setting, by its path below /proc/sys; others do not exist
//	db1: mounts             FOLDER DEVICE PATH TYPE SOURCE: the file system of a folder; left out: one of a file server
//	db1: output             what its shell prints to every question; left out: as its PostgreSQL lets it in
//	db1: packages           NAME VERSION
//	db1: candidates         NAME VERSION [held] [gone]: what apt has; gone: of the installed one it has no more
//	db1: python             the version of its python3; left out: 3.11
//	db1: brings             PATH TEXT: a line of a file that a folder has when the host has built it
//	db1: holds              part of the shell of a probe that succeeds; others fail
//	db1: fails              part of the shell of a check or command that fails
//	db1: runs               PART => PROBE: a command that has this part works, and probes with the other succeed then
//	db1: modes              PATH OWNER GROUP MODE, PATH/ ... for a directory, PATH -> TARGET, PATH absent
//	db1:/etc/motd           a file
//	db1: unreachable        why
//	operator:tls/odoo.pem   a file of the operator's machine, beside the inventory
//	earlier.yaml            the inventory that the hosts were brought to before
//	playbook.yaml           the playbook, and playbook/NAME a file beside it, for tests that give them to Stages
//	edit                    what was done by hand since hosts were brought to the inventory:
//	                        HOST:PATH: OLD => NEW, HOST:PATH: mode => 0644, HOST:PATH: remove
//
// and what is wanted, which -rewrite rewrites:
//
//	plan                    what the program prints
//	plan 2                  the same, when that was applied and some things are known only then
//	warnings, error         one line each, host by host
//
// The comment on top may have lines with
//
//	# rounds: 2             how often the hosts are read; 1 where it is left out
//	# now: 2027-11-01       the day of the run; the hosts were brought to the inventory on 2026-11-22
//	# limit: app1           a pattern of hosts
//
// The fake hosts answer in the form of the real reading script, and run the packed
// script verb by verb; TestFake in package tasks compares both with the real ones. So
// beside the wanted text every test asserts that planning twice gives the same, that no
// secret is printed, that applying leaves nothing to do whether stages are merged or not,
// that the inverse brings everything back, and that a failure at any step does.
package tasktest
