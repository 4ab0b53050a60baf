# The functions that backup.sh calls for a database. pg_dump reads as superuser, and
# makes the server refuse views and foreign tables that replace tables meanwhile
# (restrict_nonsystem_relation_kind: PostgreSQL 12.20, 13.16, 14.13, 15.8, 16.4 and
# later). On an older server it reads as the role that owns the database.

# about BIN SOCKET PORT
about() { ending="dump" bin=$1 socket=$2 port=$3; }

none() { false; }
own() { cd / && as postgres postgres "$@"; }
run() {
	p=$bin/$1
	shift
	[ -x "$p" ] || p=${p##*/}
	own "$p" "$@"
}
pg() {
	p=$1
	shift
	run "$p" -h "$socket" -p "$port" "$@"
}
sql() { PGOPTIONS='-c search_path=pg_catalog' pg psql -XAtq -v ON_ERROR_STOP=1 -v db="$db" -d postgres; }
size() {
	sql <<'END'
select pg_database_size(:'db') / 1024
END
}
save() {
	to=$1
	role=$(
		sql <<'END'
select pg_get_userbyid(datdba) from pg_database
where datname = :'db' and current_setting('restrict_nonsystem_relation_kind', true) is null
END
	) || return
	pg pg_dump -Fc ${role:+"--role=$role"} "$db" >"$to"
}
whole() { run pg_restore --list <"$1" | grep -q ' TABLE DATA public ir_module_module '; }
