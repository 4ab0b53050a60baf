# Work with less than root's rights.

# as USER GROUP COMMAND...: with exactly the rights of a user, by name or ID. setpriv
# leaves no line in the login records; busybox systems lack it.
as() (
	user=$1 group=$2
	shift 2
	if command -v setpriv >/dev/null; then exec setpriv --reuid="$user" --regid="$group" --init-groups -- "$@"; fi
	exec runuser -u "$user" -g "$group" -- "$@"
)

# as_postgres COMMAND...: as the owner of the clusters. Names mean what PostgreSQL means
# by them, whatever a database's schemas or settings say; only the owner's server is
# accepted on the socket; and a row security policy that would apply is an error.
as_postgres() {
	PGCONNECT_TIMEOUT=5 PGCLIENTENCODING=UTF8 PGREQUIREPEER=postgres PGOPTIONS='-c statement_timeout=20s -c lc_messages=C -c search_path=pg_catalog -c row_security=off' as postgres postgres "$@"
}
