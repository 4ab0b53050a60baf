// Package postgres runs the real PostgreSQL servers of a lab, for tests with the server
// as their oracle.
//
//	postgres.Each(t, os.Getenv("ODOOCTL_LAB_STATE"), func(t *testing.T, s *postgres.Server) {
//		answer := s.Query("select version()")
//	})
//
// Each version comes from the root folder of a lab host that has it. A server has its
// own cluster in a temporary folder of this machine, runs in its own namespaces on this
// machine's loopback, and ends with the test: what the host itself runs is not touched.
// It needs root, as labs do.
package postgres
