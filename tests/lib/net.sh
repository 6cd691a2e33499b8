# SPDX-License-Identifier: BSD-2-Clause
# For the tests in namespaces: source it first. The script runs again inside network and mount namespaces of its own, which
# end with it whatever happens; named namespaces that it makes there are invisible outside.
set -u
O=${O:-build}
agent=$O/iotbpf
export IOTBPF_STATE="${IOTBPF_STATE:-none}"

skip_all() {
	echo "ok 1 - $(basename "$0" .sh) # SKIP $1"
	echo "1..1"
	exit 0
}

if [ "${INSIDE_NAMESPACE:-}" != "$$" ]; then
	[ "$(id -u)" = 0 ] || skip_all "needs root"
	for tool in jq python3 tc ip; do
		command -v $tool >/dev/null || skip_all "needs $tool"
	done
	unshare --net --mount true 2>/dev/null || skip_all "may not make namespaces"
	exec unshare --net --mount sh -c 'INSIDE_NAMESPACE=$$ exec sh "$@"' sh "$0" "$@"
fi

cd "$(dirname "$0")/../.." || exit 1
. tests/lib/tap.sh
mkdir -p /run/netns
mount -t tmpfs none /run/netns
mount -t bpf none /sys/fs/bpf 2>/dev/null # what agents pin goes with the namespace
work=$(mktemp -d)
agent_pid= events_bad=0
trap 'stop_agent >/dev/null 2>&1; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

finish() {
	ok $events_bad "every event passes the schema"
	echo "1..$n"
}

quiet_stack() {
	sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
}

# house N: bridge br0 with ports p1..pN; behind each a namespace d1..dN whose interface e has MAC 02:..:0i and 10.9.0.i. Nobody says
# anything by himself: no IPv6, no multicast snooping, permanent neighbours.
house() {
	quiet_stack
	ip link set lo up
	ip link add br0 type bridge mcast_snooping 0
	ip link set br0 up
	for i in $(seq "$1"); do
		ip netns add "d$i"
		ip netns exec "d$i" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
		ip link add "p$i" type veth peer name e netns "d$i"
		ip link set "p$i" master br0 up
		ip -n "d$i" link set e address "02:00:00:00:00:0$i" up
		ip -n "d$i" addr add "10.9.0.$i/24" dev e
		for k in $(seq "$1"); do
			[ "$k" = "$i" ] || ip -n "d$i" neigh add "10.9.0.$k" lladdr "02:00:00:00:00:0$k" dev e
		done
	done
}

# house_down: back to an empty namespace.
house_down() {
	ip link del br0 2>/dev/null
	for ns in $(ip netns list | cut -d' ' -f1); do
		ip netns del "$ns"
	done
	for l in $(ip -o link | sed 's/^[0-9]*: //;s/[@:].*//'); do
		ip link del "$l" 2>/dev/null
	done
	true
}

# within SECONDS COMMAND...: true as soon as the command is.
within() {
	left=$(($1 * 20))
	shift
	until "$@" >/dev/null 2>&1; do
		left=$((left - 1))
		[ $left -gt 0 ] || return 1
		sleep 0.05
	done
}

answers() {
	[ -S "$work/sock" ] && "$agent" status --json --socket "$work/sock" > /dev/null
}

# soon SECONDS EXPECTED NAME COMMAND...: one result; the command may take that long to print what is expected.
soon() {
	until_left=$(($1 * 10)) expected=$2 name=$3
	shift 3
	while actual=$("$@" 2>/dev/null); [ "$actual" != "$expected" ] && [ $until_left -gt 0 ]; do
		until_left=$((until_left - 1))
		sleep 0.1
	done
	is "$actual" "$expected" "$name"
}

# start_agent ARGUMENT...: run it on these; returns when its hooks are in place.
start_agent() {
	"$agent" run "$@" --socket "$work/sock" --model none --json > "$work/events" 2> "$work/log" &
	agent_pid=$!
	within 10 answers || { sed 's/^/# /' "$work/log"; return 1; }
}

stop_agent() {
	[ -n "$agent_pid" ] || return 0
	kill "$agent_pid" 2>/dev/null
	wait "$agent_pid"
	agent_status=$?
	agent_pid=
	# The virtual machines of ci/kernels have no jsonschema (IOTBPF_NO_SCHEMA).
	if [ -z "${IOTBPF_NO_SCHEMA:-}" ] && ! tests/tools/validate-events < "$work/events" > "$work/valid" 2>&1; then
		sed 's/^/# /' "$work/valid"
		events_bad=1
	fi
	return $agent_status
}

status() { # jq filter
	"$agent" status --json --socket "$work/sock" | jq -r "$1"
}

port() { # name, jq filter on it
	status ".ports[] | select(.in_iface == \"$1\") | $2"
}

# flow MAC PROTOCOL FILTER: of the last flow event; the agent must run with --events that include flow.
flow() {
	jq -r "select(.event_type == \"flow\" and .device.mac == \"$1\" and .flow.protocol == \"$2\") | .flow | $3" \
		"$work/events" | tail -n 1
}

# frames NAMESPACE COUNT OPTION...: see frames.py
frames() {
	ns=$1
	shift
	ip netns exec "$ns" python3 tests/lib/frames.py e "$@" >/dev/null
}
