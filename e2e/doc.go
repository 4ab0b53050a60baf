// Package e2e tests odooctl on real hosts: the lab's, with real systemd, sshd,
// PostgreSQL, nginx and Odoo. It runs with `make test`, or one test by
//
//	go test -tags lab ./e2e -run TestDrift
package e2e
