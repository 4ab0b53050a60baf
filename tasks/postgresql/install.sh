# make_cluster VERSION NAME: where there is none. Without a VERSION it is the newest here.
make_cluster() {
	v=${1:-$(ls /usr/lib/postgresql | sort -V | tail -n 1)}
	[ -d "/etc/postgresql/$v/$2" ] || LC_ALL=C.UTF-8 pg_createcluster --start "$v" "$2"
}
