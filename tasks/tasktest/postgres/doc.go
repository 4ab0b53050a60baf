// Package postgres runs the real PostgreSQL servers of a lab, for tests that take
// the server's own word for what is right.
//
//	postgres.Each(t, os.Getenv("ODOOCTL_LAB_STATE"), func(t *testing.T, s *postgres.Server) {
//		answer := s.Query("select version()")
//	})
//
// Each version is taken from the root folder of a lab host that has it. A server
// has a cluster of its own in a temporary folder of this machine, lives in
// namespaces of its own on this machine's loopback, and ends with the test: what
// the host itself runs is not touched. It takes root, as labs do.
package postgres
