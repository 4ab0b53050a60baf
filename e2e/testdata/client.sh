# A client in a network of its own: waits for a line, by when its cable is plugged into the bridge of the lab,
# and then runs a program that reaches the lab's hosts and nothing else.
# usage: sh client.sh ADDRESS/24 SUBNET/24 PROGRAM [ARGUMENT...]
set -eu
address=$1 subnet=$2
shift 2
read -r _
ip link set lo up
ip link set client up
ip address add "$address" dev client
ip route add "$subnet" dev client
ip route add blackhole default metric 4096
exec "$@"
