# The functions that backup.sh calls for a filestore. It is read with its owner's
# rights, who could replace a folder by a link at any time.

# about STORE USER
about() { ending="tar" store=$1 user=$2; }

none() {
	own test -d "$store/$db" && return 1
	echo "nothing of the filestore of $db: there is no $store/$db"
}
own() { cd / && as "$user" "$user" "$@"; }
size() { own du -sk "$store/$db" | awk '{ print $1 }'; }
save() { own tar -C "$store" -cf - "$db" >"$1" || [ $? = 1 ]; } # 1: a file went away meanwhile
whole() { tar -tf "$1" >/dev/null; }
