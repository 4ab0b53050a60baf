# Users and groups of the host.
add_group() { getent group "$1" >/dev/null || groupadd --system "$1"; }

# drop_group NAME: the group of a user is removed with the user.
drop_group() { getent passwd "$1" >/dev/null || ! getent group "$1" >/dev/null || groupdel "$1"; }

# add_user NAME HOME SHELL: a restored user gets the user ID that files have.
add_user() {
	if [ -e "$dir/user.$1" ]; then
		read -r uid gid <"$dir/user.$1"
		getent group "$1" >/dev/null || groupadd --system --gid "$gid" "$1"
		useradd --system --uid "$uid" --gid "$1" --home-dir "$2" --no-create-home --shell "$3" "$1"
	else
		useradd --system --gid "$1" --home-dir "$2" --no-create-home --shell "$3" "$1"
	fi
}

# drop_user NAME: with its group, after its processes have ended.
drop_user() {
	getent passwd "$1" >/dev/null || return 0
	say "$(id -u "$1") $(id -g "$1")" >"$dir/user.$1"
	left=25
	until userdel "$1"; do
		[ $left -gt 0 ] || return 1
		left=$((left - 1))
		for p in /proc/[0-9]*; do [ "$(stat -c %U "$p" 2>/dev/null)" != "$1" ] || kill -9 "${p#/proc/}"; done
		sleep 0.2
	done
	drop_group "$1"
}

# leave_user NAME HOME: the undo of a user. A user whose home was filled meanwhile
# stays, because those files would lose their owner.
leave_user() { [ -n "$(ls -A "$root$2" 2>/dev/null)" ] || drop_user "$1"; }
alter_user() { usermod --home "$2" --shell "$3" "$1"; }
