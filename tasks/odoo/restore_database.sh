# Restores a database from the dump beside this script. Its present content is kept
# beside it. Odoo must not run meanwhile: systemctl stop odoo on its hosts, and start it
# afterwards. Functions in the database may run as PostgreSQL's superuser. The arguments
# are set above: DATABASE BIN SOCKET PORT.
set -eu
db=$1 bin=$2 socket=$3 port=$4 at=${0##*/}
at=${at%%-*}
file=$(cd -- "$(dirname -- "$0")" && pwd)/${0##*/}
file=${file%.restore-dump}.dump
cd /
as() { setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"; }
psql() {
	PGOPTIONS='-c search_path=pg_catalog' as "$bin/psql" -XAtq -v ON_ERROR_STOP=1 -v db="$db" -v kept="$db-before-$(date -u +%Y%m%dT%H%M%SZ)" \
		-h "$socket" -p "$port" -d postgres
}
n=$(
	psql <<'END'
select count(*) from pg_stat_activity where datname = :'db'
END
)
[ "$n" = 0 ] || { echo "$n sessions are in database $db: stop Odoo on its hosts first"; exit 1; }
psql <<'END'
alter database :"db" rename to :"kept"
END
as "$bin/pg_restore" -h "$socket" -p "$port" --create --exit-on-error -d postgres <"$file"
echo "database $db is back as it was at $at"
