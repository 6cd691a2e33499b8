#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What belongs to others stays as it was through run, SIGKILL, restart and detach; what is ours goes.
. "$(dirname "$0")/../lib/net.sh"

# What is on the ports besides us: counters left out, since frames pass.
foreign() {
	for i in 1 2; do
		tc qdisc show dev p$i
		for side in ingress egress; do
			tc filter show dev p$i $side | grep -v "pref 263\|iotbpf" || true
		done
	done
}

ours() {
	for i in 1 2; do
		tc filter show dev p$i ingress
		tc filter show dev p$i egress
	done | grep -c 'iotbpf_.*direct-action'
}

kill_agent() {
	kill -9 "$agent_pid"
	wait "$agent_pid" 2>/dev/null
	agent_pid=
}

house 2
# p1 has somebody else's clsact with filters on both sides; p2 has none, so there we make the qdisc.
tc qdisc add dev p1 clsact
tc filter add dev p1 ingress prio 7 bpf bytecode '1,6 0 0 0,'
tc filter add dev p1 egress prio 300 bpf bytecode '1,6 0 0 0,'
foreign > "$work/before"

start_agent br0 --hook clsact
is "$(ours)" 4 "two filters a port"
kill_agent
is "$(ours)" 4 "SIGKILL leaves the filters"
start_agent br0 --hook clsact
is "$(ours)" 4 "a restart takes them over"
frames d1 100
soon 3 100 "each frame is counted once" port p1 .in_frames
kill_agent
start_agent br0 --hook tcx
is "$(ours)" 0 "a restart with another hook removes them"
is "$(foreign)" "$(cat "$work/before")" "somebody else's filters are as they were"
stop_agent
start_agent br0 --hook clsact
stop_agent
is "$(ours)" 0 "the end takes ours away"
is "$(foreign)" "$(cat "$work/before")" "and leaves the others' and their qdisc"

start_agent br0 --hook clsact
kill_agent
"$agent" detach 2> "$work/log"
is "$? $(ours)" "0 0" "detach after SIGKILL"
is "$(foreign)" "$(cat "$work/before")" "and leaves the others' and their qdisc, and removes the one we made"
"$agent" detach 2>> "$work/log"
is "$? $(foreign)" "0 $(cat "$work/before")" "detach again changes nothing"

# The qdisc that we made stays where somebody else uses it in the meantime.
start_agent br0 --hook clsact
tc filter add dev p2 ingress prio 9 bpf bytecode '1,6 0 0 0,'
stop_agent
is "$(tc qdisc show dev p2 | grep -c clsact) $(tc filter show dev p2 ingress | grep -c bytecode)" "1 1" \
	"a qdisc of ours in which somebody put a filter stays"
"$agent" detach 2>> "$work/log"
is "$(tc qdisc show dev p2 | grep -c clsact)" 1 "detach leaves it too"
finish
