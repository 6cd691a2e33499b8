#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# A million frames from random source addresses at one port, of any protocol, half of them malformed: a device that was there before loses nothing,
# memory does not grow, and every frame is counted or refused, and what is odd about it is told, reason by reason. tests/soak/flood.sh is the same
# for a minute at a million a second.
. "$(dirname "$0")/../lib/net.sh"
flood=${FLOOD_FRAMES:-1000000}
wire=100000
known=1500

rss_kb() {
	awk '/^VmRSS/ {print $2}' "/proc/$agent_pid/status"
}

house 3
ip link set br0 address 02:00:00:00:00:fe
bridge link set dev p1 learning off # a million stations are the bridge's own affair
start_agent br0 --events flow,device --stats 0 --devices 64 --flows 256
frames d3 1 --src 02:00:00:00:00:03 --dst 02:00:00:00:00:02
frames d2 10 --src 02:00:00:00:00:02 --dst 02:00:00:00:00:03
soon 3 2 "two devices are known" status .devices.used
memory=$(status .memory_bytes) rss=$(rss_kb)
ip netns exec d2 python3 tests/lib/frames.py e $known --src 02:00:00:00:00:02 --dst 02:00:00:00:00:03 --rate 150 >/dev/null &
sender=$!
# Most go in at the port; those that come by the cable have tags, too.
"$O/iotbpf-lab" flood p1 --inject --malformed --frames "$flood" --to 02:00:00:00:00:fe --seed 1 > "$work/sent"
ip netns exec d1 "$O/iotbpf-lab" flood e --malformed --frames $wire --to 02:00:00:00:00:fe --seed 2 > "$work/wired"
wait $sender
sent=$((flood + wire))
echo "# $(jq -r '"\(.rate) frames a second went in"' "$work/sent"), $(jq -r '"\(.rate) came by the cable"' "$work/wired")"
soon 5 "$sent" "$sent frames came in at the flooded port" port p1 .in_frames
# p1's frames: one each for the devices it brought, the rest refused. A device that sends no more is forgotten after a minute, so they are
# counted as they were told.
accounted() {
	echo $(($(jq -s '[.[] | select(.event_type == "device" and .device.action == "new")] | length - 2' "$work/events") +
		$(status '(.skipped.newcomer_limit // 0) + (.skipped.device_table_full // 0) + (.skipped.source_not_unicast // 0)')))
}
soon 3 "$sent" "counted + refused = $sent" accounted
is "$(status '.partial + (.skipped | {source_not_unicast}) | to_entries | sort_by(.key) | map("\(.key) \(.value)") | join(", ")')" \
	"$(jq -sr 'map(.reasons | to_entries[]) | group_by(.key) | map("\(.[0].key) \(map(.value) | add)") | join(", ")' "$work/sent" "$work/wired")" \
	"what is odd about a frame is counted as what it is"
soon 3 0 "every frame at every port is counted or skipped" status '.frames - .counted - ([.skipped[]] | add)'
is "$(status .memory_bytes)" "$memory" "the tables take the memory that they took before"
grown=$(($(rss_kb) - rss))
echo "# the agent's resident memory grew by $grown kB, newcomers: $(status '.skipped | tostring')"
[ $grown -le 1024 ]
ok $? "the agent's memory does not grow"
stop_agent
is "$(flow 02:00:00:00:00:02 udp/6666 '"\(.packets) \(.bytes)"')" "$((known + 10)) $(((known + 10) * 100))" \
	"the known device's packets and bytes are all there"
finish
