# Finds the clusters of the host and queries each running one. The words before this set
# claims, asked, server and properties, and what else is asked. Each value is a part of the answer:
# of the first cluster, of the second, and so on.
nth=0

# ask DATABASE [OPTION...]: SQL from standard input.
ask() {
	db=$1
	shift
	as_postgres "$psql" -XAtq -v ON_ERROR_STOP=1 -h "$sock" -p "$port" -d "$db" "$@" -f -
}

# cluster VERSION NAME CONFIG DATA UNIT BIN
cluster() {
	{ read -r version; read -r data; read -r port; read -r sock; } <<END
$(as postgres postgres sh -c "$claims" sh "$3" "$4" 2>/dev/null)
END
	case $port in *[!0-9]*) port= ;; esac
	psql=$6/psql
	[ -x "$psql" ] || psql=psql
	nth=$((nth + 1))
	part "$nth cluster"
	printf '%s\n' "${1:-$version}" "$2" "$3" "$data" "$port" "$sock" "$5" "$6"
	part "$nth unit"
	systemctl show --no-pager -p "$properties" -- "$5"
	[ -n "$port" ] || return
	part "$nth server"
	{ said=$(ask postgres -v asked="$asked" 2>&1 >&3 3>&- <<END
$server
END
	); } 3>&1
	part "$nth said"
	printf '%s' "$said"
	more
}

# Those of Debian's postgresql-common, then the one of RHEL's package and those of PGDG's.
cd /
for c in /etc/postgresql/*/*/postgresql.conf; do
	[ -e "$c" ] || continue
	d=${c%/*} n=${d##*/} v=${d%/*} v=${v##*/}
	cluster "$v" "$n" "$d" "/var/lib/postgresql/$v/$n" "postgresql@$v-$n.service" "/usr/lib/postgresql/$v/bin"
done
for d in /var/lib/pgsql/data /var/lib/pgsql/*/data; do
	[ -e "$d/PG_VERSION" ] || continue
	v=${d%/data} v=${v##*/}
	case $d in
	/var/lib/pgsql/data) cluster "" main "$d" "$d" postgresql.service /usr/bin ;;
	*) cluster "$v" main "$d" "$d" "postgresql-$v.service" "/usr/pgsql-$v/bin" ;;
	esac
done
