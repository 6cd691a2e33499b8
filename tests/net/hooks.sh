#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Every hook on bridge ports: chosen as asked, shown by status, and exact: plain frames, one VLAN tag, two.
. "$(dirname "$0")/../lib/net.sh"

counts() { # hook
	frames_sent=0
	bytes=0
	for tags in "" 5 5,6; do
		frames d1 300 --size 200 --vlan "$tags"
		frames_sent=$((frames_sent + 300)) bytes=$((bytes + 300 * 200))
	done
	soon 3 "$frames_sent $bytes" "$1: frames and bytes in at the sender's port" port p1 '"\(.in_frames) \(.in_bytes)"'
	soon 3 "$frames_sent $bytes" "$1: frames and bytes out at the receiver's port" port p2 '"\(.out_frames) \(.out_bytes)"'
	soon 1 0 "$1: no frame at an interface that is not registered" status .unknown_port
}

for hook in auto tcx clsact xdp xdp-generic; do
	house 3
	start_agent br0 --hook $hook --events start,flow,stop
	case $hook in auto) in=tcx out=tcx ;; xdp*) in=$hook out=tcx ;; *) in=$hook out=$hook ;; esac
	soon 1 "$in $out" "$hook: status names the hooks" port p1 '"\(.ingress) \(.egress)"'
	# The receiver says a word first, so that it is known when frames for it leave.
	frames d2 1 --src 02:00:00:00:00:02 --dst 02:00:00:00:00:01
	counts $hook
	stop_agent
	is $? 0 "$hook: ends well"
	is "$(flow 02:00:00:00:00:01 udp/6666 '"\(.packets) \(.bytes)"')" "$frames_sent $bytes" \
		"$hook: all of them in one flow of the sender, tagged or not"
	is "$(tc qdisc show | grep -c clsact)$(bpftool net show | grep -c iotbpf)" 00 "$hook: nothing is left on any interface"
	house_down
done
finish
