# The state of a unit, and whether it stays there.

# look UNIT queries systemd once. It sets $condition: up, between two states, down, or
# done, as a oneshot that succeeded; $invocation, systemd's ID of this run of the unit;
# $again, its number of restarts; and $patience, how many seconds its stop and start may
# take.
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
		TimeoutStartUSec=* | TimeoutStopUSec=* | TimeoutUSec=*) seconds "$value" && patience=$((patience + seconds)) ;;
		esac
	done <<-END
		$(systemctl show -p ActiveState,SubState,Result,Type,RemainAfterExit,InvocationID,NRestarts,TimeoutStartUSec,TimeoutStopUSec,TimeoutUSec -- "$1" 2>/dev/null)
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

# seconds TIME: converts a time such as 1min 30.5s from systemctl, rounded up.
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

# settled UNIT waits until the unit has reached its state, as long as that may take. It
# succeeds if that is up.
settled() {
	look "$1"
	until= pause=0.2
	while [ $condition = between ]; do
		clock && [ "$now" -lt "${until:=$((now + patience * 1000))}" ] || break
		sleep $pause 9>&-
		pause=0.5
		look "$1"
	done
	[ $condition = up ]
}

# steady UNIT SECONDS RESTARTS: up for that long, in one run, and restarted no more
# often than that. systemctl restart returns 0 for a Type=simple unit that fails at
# once.
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
