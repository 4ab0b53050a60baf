# Users and groups of the host, roles and databases of its PostgreSQL.
add_group() { groupadd --system "$1"; }
drop_group() { ! getent group "$1" >/dev/null || groupdel "$1"; }
add_user() { useradd --system --gid "$1" --home-dir "$2" --no-create-home --shell "$3" "$1"; }
drop_user() { ! getent passwd "$1" >/dev/null || userdel "$1"; }
alter_user() { usermod --home "$2" --shell "$3" "$1"; }

# sql VERSION SOCKET PORT DATABASE NAME
sql() {
	psql=/usr/lib/postgresql/$1/bin/psql
	[ -x "$psql" ] || psql=/usr/pgsql-$1/bin/psql
	[ -x "$psql" ] || psql=psql
	as_postgres "$psql" -X -q -v ON_ERROR_STOP=1 -v VERBOSITY=terse -h "$2" -p "$3" -d "$4" -f - <"$dir/new/$5"
}
