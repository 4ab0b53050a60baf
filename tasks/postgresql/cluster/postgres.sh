# What the engine calls where a plan is for PostgreSQL.

# as_postgres COMMAND...: as the owner of the clusters. Names mean what PostgreSQL means
# by them, whatever a database's schemas or settings say; only the owner's server is
# accepted on the socket; and a row security policy that would apply is an error.
as_postgres() {
	PGCONNECT_TIMEOUT=5 PGCLIENTENCODING=UTF8 PGREQUIREPEER=postgres PGOPTIONS='-c statement_timeout=20s -c lc_messages=C -c search_path=pg_catalog -c row_security=off' as postgres postgres "$@"
}

# sql VERSION SOCKET PORT DATABASE NAME: a step of a transaction.
sql() {
	psql=/usr/lib/postgresql/$1/bin/psql
	[ -x "$psql" ] || psql=/usr/pgsql-$1/bin/psql
	[ -x "$psql" ] || psql=psql
	as_postgres "$psql" -X -q -v ON_ERROR_STOP=1 -v VERBOSITY=terse -h "$2" -p "$3" -d "$4" -f - <"$dir/new/$5"
}
