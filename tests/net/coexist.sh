#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Beside somebody else's programs and rules, which stay as and where they are: what is seen of frames that they drop, in each order. The stream:
# 60 small frames and 40 large ones, which the others drop.
. "$(dirname "$0")/../lib/net.sh"
clang=${CLANG:-clang}
command -v "$clang" > /dev/null || skip_all "needs $clang"
"$clang" -target bpf -mcpu=v3 -O2 -g -I. -Iinclude -c -o "$work/other.o" tests/lib/other/other.bpf.c || exit 1
others=/sys/fs/bpf/other

# begin: two devices that are known, and the others' programs
begin() {
	house 2
	bpftool prog loadall "$work/other.o" $others pinmaps $others
}

# both OPTION...: the agent, which then knows both devices
both() {
	start_agent br0 --stats 0 "$@"
	frames d2 1 --src 02:00:00:00:00:02 --dst 02:00:00:00:00:01
	frames d1 1 --dst 02:00:00:00:00:02
	within 3 [ "$(status '[.ports[] | .in_frames + .out_frames] | add')" -ge 3 ]
	in_before=$(port p1 .in_frames) out_before=$(port p2 .out_frames) met_before=$(met)
}

send() {
	frames d1 60 --size 100
	frames d1 40 --size 600
}

met() { # 0: XDP, 1: ingress, 2: egress
	bpftool -j map dump pinned $others/other_seen | jq "[.[] | if .formatted then .formatted else . end | .value][${where:-1}]"
}

seen() {
	echo "$(($(port p1 .in_frames) - in_before)) $(($(port p2 .out_frames) - out_before)) $(($(met) - met_before))"
}

# What is on p1 besides us, in order.
order() {
	tc qdisc show dev p1 | grep clsact
	tc filter show dev p1 ingress | grep -v 'pref 263'
	tc filter show dev p1 egress | grep -v 'pref 263'
	ip -d link show p1 | grep -o 'prog/xdp id [0-9]*'
	for link in $others/link*; do
		[ ! -e "$link" ] || bpftool -j link show pinned "$link" | jq -c '[.id, .prog_id]'
	done
}

end() {
	stop_agent
	is "$(order)" "$before" "$1: what belongs to others is as it was"
	house_down
	rm -rf $others
}

# --- an XDP program without a dispatcher ---
begin
bpftool net attach xdpdrv pinned $others/other_xdp dev p1
before=$(order) where=0
both --hook xdp
is "$(port p1 '"\(.ingress) \(.note)"' | sed 's/(id.*/(id/')" "$(port p2 .egress) XDP is held by other_xdp (id" "XDP: a step to TC, and status says why"
is "$(grep -c 'p1: ingress .*: XDP is held by other_xdp' "$work/log")" 1 "XDP: so does the log"
is "$(port p2 .ingress)" xdp "XDP: the other port has what was asked for"
send
soon 3 "60 60 100" "XDP: what it drops comes to nobody; the rest counts exactly, in and out" seen
end "XDP"

begin
both --hook xdp
bpftool net attach xdpdrv pinned $others/other_xdp dev p1 2> /dev/null
[ $? -ne 0 ]
ok $? "XDP: who comes later is refused by the kernel"
where=0 met_before=0
send
soon 3 "100 100 0" "XDP: and all counts on" seen
before=$(order | grep -v xdp)
end "XDP, later"

# --- filters ---
begin
tc qdisc add dev p1 clsact
tc filter add dev p1 ingress prio 7 bpf direct-action object-pinned $others/other_in
before=$(order) where=1
both --hook clsact
send
soon 3 "60 60 100" "a filter before ours: what it drops is not seen" seen
end "filter before ours"

begin
tc qdisc add dev p1 clsact
tc filter add dev p1 ingress prio 300 bpf direct-action object-pinned $others/other_in
before=$(order)
both --hook clsact
send
soon 3 "100 60 100" "a filter behind ours: all is seen to come in, and by the filter too" seen
end "filter behind ours"

# --- tcx, where the kernel has it ---
begin
if tests/lib/other/tcx.py $others/other_in p1 in $others/link && tests/lib/other/tcx.py $others/other_out p2 out $others/link_out; then
	before=$(order)
	both --hook tcx
	send
	soon 3 "100 60 100" "tcx: ours is in front: all is seen to come in, and by the other program too" seen
	where=2
	is "$(met)" 61 "tcx: and what leaves, by the other one at egress"
	where=1
	frames d1 10 --size 600
	soon 3 "110 60 110" "tcx: what the other one drops is what the device sent all the same" seen
	end "tcx"
else
	echo "ok $((n = n + 1)) - tcx # SKIP the kernel has none"
	house_down
	rm -rf $others
fi

# --- bridged frames through the firewall ---
if command -v nft > /dev/null && [ -e /proc/sys/net/bridge/bridge-nf-call-iptables ]; then
	begin
	sysctl -qw net.bridge.bridge-nf-call-iptables=1
	nft -f - <<-'END'
		table ip other {
			chain forward {
				type filter hook forward priority 0;
				ip length > 500 counter drop
			}
		}
	END
	before=$(order) where=1
	both
	send
	soon 3 "100 60 0" "bridge-nf-call-iptables: all is seen to come in, what the firewall leaves goes out" seen
	is "$(nft -j list chain ip other forward | jq '[.nftables[].rule?.expr[]? | select(.counter) | .counter.packets] | add')" 40 "the firewall drops as it did"
	"$agent" doctor br0 --json > "$work/doctor" 2> /dev/null
	is "$(grep -c bridge-nf-call-iptables "$work/doctor")" 1 "doctor says what it costs"
	sysctl -qw net.bridge.bridge-nf-call-iptables=0
	end "bridge-nf-call-iptables"
else
	echo "ok $((n = n + 1)) - bridge-nf-call-iptables # SKIP needs nft and br_netfilter"
fi
finish
