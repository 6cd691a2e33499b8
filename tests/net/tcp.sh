#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# A TCP transfer with segmentation offload counts as its wire packets at every hook. The truth is the sender's: TCP's own count of segments
# (TcpOutSegs counts those of a super-packet), and its payload: a segment has 66 bytes of headers, a SYN 8 more.
. "$(dirname "$0")/../lib/net.sh"
size=30000000

dropped() { # namespace
	ip netns exec "$1" cat /sys/class/net/e/statistics/tx_dropped
}

# What left a host: TCP's segments, less what its veth dropped since (under XDP its queue is bounded, and a busy machine fills it).
segments() { # namespace, drops before
	dropped=$(($(dropped "$1") - $2))
	ip netns exec "$1" nstat -asz TcpOutSegs TcpRetransSegs | awk -v dropped="$dropped" '$1 ~ /Segs/ {n += $2} END {print n - dropped}'
}

both_ways() {
	echo "$(port p2 .in_frames) $(port p1 .out_frames)"
}

transfer() {
	ip netns exec d2 python3 tests/lib/transfer.py receive 8883 > "$work/received" &
	receiver=$!
	within 5 sh -c 'ip netns exec d2 ss -Htln | grep -q :8883'
	ip netns exec d1 python3 tests/lib/transfer.py send 10.9.0.2 8883 $size > "$work/sent"
	wait $receiver
}

for hook in tcx clsact xdp; do
	house 2
	start_agent br0 --hook $hook --events flow
	before1=$(dropped d1) before2=$(dropped d2)
	transfer
	is "$(cat "$work/received")" $size "$hook: transfer of $size bytes"
	out=$(segments d1 "$before1") back=$(segments d2 "$before2")
	soon 3 "$out" "$hook: packets in at the sender's port are TCP's segments ($out)" port p1 .in_frames
	soon 3 "$out" "$hook: packets out at the receiver's port are the same" port p2 .out_frames
	soon 3 "$back $back" "$hook: and of the answers ($back)" both_ways
	# What is dropped is a full segment; its 1,448 bytes of payload were sent once more.
	bytes=$((66 * out + 8 + $(cat "$work/sent") - 1448 * ($(dropped d1) - before1)))
	soon 1 $bytes "$hook: bytes out at the receiver's port" port p2 .out_bytes
	stop_agent
	is "$(flow 02:00:00:00:00:01 tcp/8883 .packets)" "$out" "$hook: packets of the sender's flow"
	is "$(flow 02:00:00:00:00:01 tcp/8883 .bytes)" $bytes "$hook: bytes of the sender's flow"
	is "$(flow 02:00:00:00:00:02 tcp/8883 .packets)" "$back" "$hook: packets of the answers"
	house_down
done
finish
