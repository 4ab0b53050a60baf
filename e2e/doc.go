// Package e2e tries odooctl on real hosts: the lab's, with real systemd, sshd,
// PostgreSQL, nginx and Odoo. It runs with `make test`; without the build tag
// lab there is nothing in it.
package e2e
