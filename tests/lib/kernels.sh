#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What must hold on every kernel from 5.15 on: the programs load, each hook that the kernel has counts exactly and leaves nothing, one
# that it lacks is refused. Runs in the virtual machines of ci/kernels, and on this machine.
. "$(dirname "$0")/net.sh"
release=$(uname -r)
[ "$(printf '6.6\n%s\n' "$release" | sort -V | head -n 1)" = 6.6 ] && tcx=1 || tcx=0

# The verifier's work, from the agent's file descriptors (since 5.16).
verified() {
	for f in /proc/"$agent_pid"/fdinfo/*; do
		awk '/^prog_id:/ {id = $2} /^verified_insns:/ {n = $2} END {if (n) print id, n}' "$f" 2>/dev/null
	done | sort -un | while read -r id count; do
		echo "# $release: $(bpftool -j prog show id "$id" | jq -r '"\(.name): \(.bytes_xlated / 8) instructions"'), $count verified"
	done
}

# counts IN OUT: 300 frames with no tag, one and two from behind port IN to behind port OUT, exact at both.
counts() {
	for tags in "" 5 5,6; do
		frames d1 100 --size 200 --vlan "$tags"
	done
	soon 5 "300 60000" "$hook: frames and bytes in at the sender's port" port p1 '"\(.in_frames) \(.in_bytes)"'
	soon 5 "300 60000" "$hook: frames and bytes out at the receiver's port" port p2 '"\(.out_frames) \(.out_bytes)"'
}

nothing_left() {
	is "$(tc qdisc show | grep -c clsact)$(bpftool net show | grep -c iotbpf)" 00 "$hook: nothing is left on any interface"
}

attached() { # what status names the hooks
	house 2
	seconds=$(date +%s)
	start_agent br0 --hook $hook --events flow || { ok 1 "$hook: starts"; house_down; return; }
	echo "# $release: $hook: counting after $(($(date +%s) - seconds)) s"
	soon 1 "$1" "$hook: status names the hooks" port p1 '"\(.ingress) \(.egress)"'
	[ $hook != auto ] || verified
	frames d2 1 --src 02:00:00:00:00:02 --dst 02:00:00:00:00:01
	counts
	stop_agent
	is $? 0 "$hook: ends well"
	is "$(flow 02:00:00:00:00:01 udp/6666 '"\(.packets) \(.bytes)"')" "300 60000" "$hook: all in one flow of the sender"
	nothing_left
	house_down
}

refused() { # pattern
	house 2
	timeout 60 "$agent" run br0 --hook $hook --socket none --model none > "$work/out" 2> "$work/log"
	is "$?" 69 "$hook: refused"
	is "$(wc -l < "$work/log") $(grep -c "$1" "$work/log")" "1 1" "$hook: one line says why"
	nothing_left
	house_down
}

plain() {
	house 2
	ip link set p1 nomaster
	start_agent p1 --events flow || { ok 1 "plain interface: starts"; house_down; return; }
	frames d1 50 --size 100
	soon 5 "50 5000" "plain interface: frames and bytes" port p1 '"\(.in_frames) \(.in_bytes)"'
	stop_agent
	house_down
}

tc=tcx
[ "$tcx" = 1 ] || tc=clsact
hook=auto
attached "$tc $tc"
plain
hook=clsact
attached "clsact clsact"
for hook in xdp xdp-generic; do
	attached "$hook $tc"
done
hook=tcx
if [ "$tcx" = 1 ]; then attached "tcx tcx"; else refused 'kernel has no tcx (6.6)'; fi
finish
