# What state a unit is in, and whether it stays there.

# look UNIT asks systemd once. It sets $condition: up, between two states, down, or
# done, as a oneshot is that ended well; $invocation, by which systemd knows this run of
# it; $again, how often it was started anew; and $patience, how many seconds it may take
# to stop and to start.
look() {
	active= sub= result= type= remains= invocation= again=0 patience=5
	while IFS= read -r line; do
		value=${line#*=}
		case $line in
		ActiveState=*) active=$value ;;
		SubState=*) sub=$value ;;
		Result=*) result=$value ;;
		Type=*) type=$value ;;
		RemainAfterExit=*) remains=$value ;;
		InvocationID=*) invocation=$value ;;
		NRestarts=*) again=$value ;;
		TimeoutStartUSec=* | TimeoutStopUSec=*) seconds "$value" && patience=$((patience + seconds)) ;;
		esac
	done <<-END
		$(systemctl show -p ActiveState,SubState,Result,Type,RemainAfterExit,InvocationID,NRestarts,TimeoutStartUSec,TimeoutStopUSec -- "$1" 2>/dev/null)
	END
	[ $patience -le 1500 ] || patience=1500 # the controller gives a transaction 30 minutes
	case $active/$sub in
	active/*) condition=up ;;
	*/auto-restart* | failed/*) condition=down ;;
	inactive/*)
		condition=down
		case $type.$remains.$result in oneshot.no.success) condition="done" ;; esac
		;;
	*) condition=between ;; # activating, reloading, refreshing, deactivating, maintenance; or no answer
	esac
}

# seconds TIME: of what systemctl shows as 1min 30.5s, rounded up.
seconds() {
	seconds=0
	for value in $1; do
		n=${value%%[!0-9]*}
		case $value in
		infinity) n=300 ;;
		*us | *ms) n=1 ;;
		*.*s) n=$((n + 1)) ;;
		*min) n=$((n * 60)) ;;
		*d | *w | *month | *y) n=86400 ;;
		*h) n=$((n * 3600)) ;;
		esac
		seconds=$((seconds + n))
	done
}

# settled UNIT waits until the unit is where it goes, for as long as it may take. It
# succeeds when that is up.
settled() {
	look "$1"
	until= pause=0.2
	while [ $condition = between ]; do
		[ "$(date +%s)" -lt "${until:=$(($(date +%s) + patience))}" ] || break
		sleep $pause 9>&-
		pause=0.5
		look "$1"
	done
	[ $condition = up ]
}

# steady UNIT SECONDS RESTARTS: up so long, in one run, and started anew no more often
# than that. systemctl restart returns 0 for a Type=simple unit that falls over at once.
steady() {
	first= left=$(($2 * 2))
	while settled "$1"; do
		[ "$invocation" = "${first:=$invocation}" ] && [ "$again" -le "$3" ] || return 1
		[ $left -gt 0 ] || return 0
		left=$((left - 1))
		sleep 0.5 9>&-
	done
	[ $condition = "done" ]
}
