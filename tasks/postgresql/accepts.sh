# accepts FILE PSQL...: PSQL prints what the server refuses in its file; nothing if it takes it.
accepts() {
	file=$1
	shift
	refused=$("$@") && [ -z "$refused" ] || { echo "$file: $refused"; exit 1; }
}
