# run.sh SSH_CONFIG VARIANT HOST...: the script of each host, on all of them at once.
config=$1 variant=$2
shift 2
failed=0
for host; do
	ssh -F "$config" "$host" sudo sh -s <"$host-$variant.sh" &
	all="$all $!"
done
for one in $all; do
	wait "$one" || failed=1
done
exit $failed
