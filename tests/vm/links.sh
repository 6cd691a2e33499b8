#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What ports may be made of and go through on a router: netem, VLAN devices, a bridge that filters VLANs, a bond. Runs in a virtual machine of
# ci/kernels; a kernel that lacks one of these skips that part.
. "$(dirname "$0")/../lib/net.sh"
[ -e /work/ci/vm/list ] || skip_all "runs in the virtual machines of make kernels"

# lacks WHAT COMMAND...: whether this kernel refuses the command
lacks() {
	what=$1
	shift
	"$@" 2> "$work/refused" && return 1
	n=$((n + 1))
	echo "ok $n - $what # SKIP this kernel has none: $(head -n 1 "$work/refused")"
}

ports() { # jq filter on an object of the ports by name
	status "[.ports[] | {(.in_iface): .}] | add | $1"
}

sent() { # namespace: frames that left its interface
	ip netns exec "$1" cat /sys/class/net/e/statistics/tx_packets
}

# Frames that are lost, doubled, late and out of order on their way to a port, and lost behind another.
netem() {
	house 2
	lacks netem ip netns exec d1 tc qdisc add dev e root netem loss 20% duplicate 10% delay 5ms 4ms && { house_down; return; }
	tc qdisc add dev p2 root netem loss 30%
	start_agent br0 --events flow || { ok 1 "netem: starts"; house_down; return; }
	frames d2 1 --src 02:00:00:00:00:02 --dst 02:00:00:00:00:01
	frames d1 500 --size 150
	sleep 1
	came=$(sent d1)
	[ "$came" -ne 500 ] && [ "$came" -gt 300 ]
	ok $? "netem loses and doubles: $came of 500 frames come"
	soon 5 "$came $((came * 150))" "netem: each of them is counted once" ports '"\(.p1.in_frames) \(.p1.in_bytes)"'
	soon 1 "$came" "netem: and out at a port behind which netem loses some" ports .p2.out_frames
	stop_agent
	is "$(tc qdisc show dev p2 | grep -c netem) $(tc qdisc show | grep -c clsact)" "1 0" "netem stays, nothing of ours does"
	house_down
}

# A VLAN device of p1 is the bridge's port, not p1: its frames have no tag.
vlan_port() {
	house 2
	ip link set p1 nomaster
	lacks "VLAN devices" ip link add link p1 name p1.5 type vlan id 5 && { house_down; return; }
	ip link set p1 up
	ip link set p1.5 master br0 up
	start_agent br0 --events flow || { ok 1 "VLAN port: starts"; house_down; return; }
	frames d2 1 --src 02:00:00:00:00:02 --dst 02:00:00:00:00:01
	frames d1 100 --size 200 --vlan 5/
	soon 5 "100 19600, 100 19600, null" "VLAN device as a port: its frames, without their tag; the rest is not the bridge's" \
		ports '"\(."p1.5".in_frames) \(."p1.5".in_bytes), \(.p2.out_frames) \(.p2.out_bytes), \(.p1)"'
	stop_agent
	is "$(flow 02:00:00:00:00:01 udp/6666 .packets)" 100 "VLAN port: one flow of the sender"
	house_down
}

# A bridge that filters: tagged at p1, untagged at p2; a VLAN that is not p2's does not come there.
vlan_filter() {
	house 2
	lacks "VLAN filtering" ip link set br0 type bridge vlan_filtering 1 && { house_down; return; }
	bridge vlan add dev p1 vid 5
	bridge vlan add dev p1 vid 6
	bridge vlan add dev p2 vid 5 pvid untagged
	start_agent br0 --events flow || { ok 1 "VLAN filter: starts"; house_down; return; }
	frames d2 1 --src 02:00:00:00:00:02 --dst 02:00:00:00:00:01
	frames d1 100 --size 200 --vlan 5/6
	soon 5 "200 40000, 100 19600" "VLAN filter: with the tag where they come in, without where they go out" \
		ports '"\(.p1.in_frames) \(.p1.in_bytes), \(.p2.out_frames) \(.p2.out_bytes)"'
	stop_agent
	house_down
}

# p1 and p2 are one bond, which is a port of the bridge; p3 is another port.
bond() {
	house 3
	lacks bonding ip link add bond0 type bond mode balance-rr miimon 100 && { house_down; return; }
	for i in 1 2; do
		ip link set p$i nomaster down
		ip link set p$i master bond0
		ip link set p$i up
	done
	ip link set bond0 master br0 up
	start_agent br0 --events flow || { ok 1 "bond: starts"; house_down; return; }
	within 5 grep -q up /sys/class/net/bond0/operstate
	frames d3 1 --src 02:00:00:00:00:03 --dst 02:00:00:00:00:01
	for i in 1 2; do
		frames d$i 100 --size 200 --dst 02:00:00:00:00:03
	done
	soon 5 "200 40000, 200 40000, null" "bond: frames of both its links, once, at the bond" \
		ports '"\(.bond0.in_frames) \(.bond0.in_bytes), \(.p3.out_frames) \(.p3.out_bytes), \(.p1)"'
	stop_agent
	is "$(flow 02:00:00:00:00:01 udp/6666 .packets)" 200 "bond: one flow of the sender"
	timeout 60 "$agent" run p1 --socket none --model none > "$work/out" 2> "$work/log"
	is "$? $(grep -c 'part of bond bond0: name bond0 instead' "$work/log")" "64 1" "a link of a bond is refused, with the bond's name"
	house_down
}

netem
vlan_port
vlan_filter
bond
finish
