# Restores a filestore from the archive beside this script. Its present content is kept
# beside it. Odoo must not run meanwhile. The arguments are set above: DATABASE STORE
# USER.
set -eu
db=$1 store=$2 user=$3 at=${0##*/}
at=${at%%-*}
file=$(cd -- "$(dirname -- "$0")" && pwd)/${0##*/}
file=${file%.restore-tar}.tar
cd /
own() { setpriv --reuid="$user" --regid="$(id -g "$user")" --init-groups -- "$@"; }
own mv -T "$store/$db" "$store/$db-before-$(date -u +%Y%m%dT%H%M%SZ)"
own tar -C "$store" -xpf - <"$file"
echo "the filestore of $db is back as it was at $at"
