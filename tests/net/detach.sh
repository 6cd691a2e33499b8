#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Whoever takes a running agent's filters away, `iotbpf detach` or tc: the agent puts them back within a second and goes on counting.
. "$(dirname "$0")/../lib/net.sh"

ours() {
	for i in 1 2; do
		tc filter show dev p$i ingress
		tc filter show dev p$i egress
	done | grep -c 'iotbpf_.*direct-action'
}

house 2
start_agent br0 --hook clsact
frames d1 50
soon 3 100 "frames are counted, in and out" status .frames
"$agent" detach > "$work/out" 2>&1
grep -q 'removed 4 filters' "$work/out"
ok $? "detach beside a running agent takes its filters"
soon 1 4 "they are back within a second" ours
frames d1 70
soon 3 240 "and count on" status .frames
tc qdisc del dev p1 clsact
soon 1 4 "also when tc removes the qdisc" ours
tc filter del dev p2 egress
soon 1 4 "or all filters of one side" ours
frames d1 30
soon 3 300 "no frame is lost or counted twice" status .frames
sleep 0.5
is "$(grep -c 'p1: ingress clsact' "$work/log")" 3 "nothing is hooked again without need"
stop_agent
is "$(ours)" 0 "the end takes all away"
finish
