#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What must hold on every kernel from 5.15 on: the programs load, each hook that the kernel has counts exactly and leaves nothing, one
# that it lacks is refused. Runs in the virtual machines of ci/kernels, where starting a program takes seconds: few questions are asked. HOOKS:
# those to try, with commas, instead of all.
. "$(dirname "$0")/../lib/net.sh"
[ -e /work/ci/vm/list ] || skip_all "runs in the virtual machines of make kernels; here tests/net/hooks.sh does"
release=$(uname -r)
[ "$(printf '6.6\n%s\n' "$release" | sort -V | head -n 1)" = 6.6 ] && tc=tcx || tc=clsact

# p1's hooks and what came in there, and what went out at p2, where the receiver is
seen() {
	status '[.ports[] | {(.in_iface): .}] | add |
		"\(.p1.ingress) \(.p1.egress): \(.p1.in_frames) \(.p1.in_bytes), \(.p2.out_frames) \(.p2.out_bytes)"'
}

nothing_left() {
	is "$(tc qdisc show | grep -c clsact)$(bpftool net show | grep -c iotbpf)" 00 "$hook: nothing is left on any interface"
}

# attached HOOKS: 300 frames with no tag, one and two are exact at both ports, by the hooks that status names.
attached() {
	seconds=$(date +%s)
	start_agent br0 --hook $hook --events flow || { ok 1 "$hook: starts"; return; }
	echo "# $release: $hook: counting after $(($(date +%s) - seconds)) s"
	frames d2 1 --src 02:00:00:00:00:02 --dst 02:00:00:00:00:01
	frames d1 100 --size 200 --vlan /5/5,6
	soon 5 "$1: 300 60000, 300 60000" "$hook: hooks, and frames and bytes at both ports" seen
	stop_agent
	is $? 0 "$hook: ends well"
	is "$(flow 02:00:00:00:00:01 udp/6666 '"\(.packets) \(.bytes)"')" "300 60000" "$hook: all in one flow of the sender"
	nothing_left
}

refused() { # pattern
	timeout 60 "$agent" run br0 --hook $hook --socket none --model none > "$work/out" 2> "$work/log"
	is "$?" 69 "$hook: refused"
	is "$(wc -l < "$work/log") $(grep -c "$1" "$work/log")" "1 1" "$hook: one line says why"
	nothing_left
}

plain() {
	ip link set p1 nomaster
	start_agent p1 --events flow || { ok 1 "plain interface: starts"; return; }
	frames d1 50 --size 100
	soon 5 "50 5000" "plain interface: frames and bytes" port p1 '"\(.in_frames) \(.in_bytes)"'
	stop_agent
	ip link set p1 master br0
}

house 2
for hook in $(echo "${HOOKS:-auto,plain,clsact,xdp,xdp-generic,tcx}" | tr , " "); do
	case $hook-$tc in
	plain-*) plain ;;
	tcx-clsact) refused 'kernel has no tcx (6.6)' ;;
	auto-*) attached "$tc $tc" ;;
	xdp*) attached "$hook $tc" ;;
	*) attached "$hook $hook" ;;
	esac
done
finish
