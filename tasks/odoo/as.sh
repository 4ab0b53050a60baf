# Runs a program as systemd runs a service: as its user, and only with its environment.
# The arguments: UNIT USER HOME PROGRAM...
unit=$1 user=$2 home=$3
shift 3
unreadable() {
	echo "cannot read the environment of $unit from systemctl show: $list" >&2
	exit 1
}

# systemctl shows a list as words separated by blanks: plain, or in double quotes with
# C's escapes (systemd, shell_maybe_quote in src/basic/escape.c). Of a variable given
# twice env uses the last, and each word is put before the earlier ones.
own=$(systemctl show -p Environment --value -- "$unit") && all=$(systemctl show -p Environment --value) || exit
for list in "$own" "HOME=$home LOGNAME=$user USER=$user" "$all"; do
	rest=$list
	while [ -n "$rest" ]; do
		word=
		case $rest in
		\"*)
			rest=${rest#?}
			while :; do
				case $rest in *\"*) ;; *) unreadable ;; esac
				part=${rest%%[\"\\]*}
				word=$word$part rest=${rest#"$part"}
				case $rest in
				\"*) break ;;
				\\[0-7][0-7][0-7]*) n=4 ;;
				*) n=2 ;;
				esac
				part=$rest
				while [ $n -gt 0 ]; do part=${part#?} n=$((n - 1)); done
				escape=${rest%"$part"} rest=$part
				case $escape in
				\\[0-7abfnrtv]*) escape=$(printf "$escape.") && word=$word${escape%.} ;;
				*) word=$word${escape#?} ;;
				esac
			done
			rest=${rest#?}
			;;
		*) word=${rest%% *} rest=${rest#"${rest%% *}"} ;;
		esac
		case $rest in '' | ' '*) rest=${rest# } ;; *) unreadable ;; esac
		case $word in [A-Za-z_]*=*) set -- "$word" "$@" ;; *) unreadable ;; esac
	done
done
cd / && exec setpriv --reuid="$user" --regid="$user" --init-groups env -i "$@"
