#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# A million frames from random source addresses at one port: a device that was there before loses nothing, memory does not grow, and
# every frame is either counted or refused for a counted reason.
. "$(dirname "$0")/../lib/net.sh"
flood=${FLOOD_FRAMES:-1000000}
known=2000

rss_kb() {
	awk '/^VmRSS/ {print $2}' "/proc/$agent_pid/status"
}

house 3
start_agent br0 --events flow --stats 0 --devices 64 --flows 256
frames d3 1 --src 02:00:00:00:00:03 --dst 02:00:00:00:00:02
frames d2 10 --src 02:00:00:00:00:02 --dst 02:00:00:00:00:03
soon 3 2 "two devices are known" status .devices.used
memory=$(status .memory_bytes) rss=$(rss_kb)
ip netns exec d2 python3 tests/lib/frames.py e $known --src 02:00:00:00:00:02 --dst 02:00:00:00:00:03 --rate 150 >/dev/null &
sender=$!
frames d1 "$flood" --src random --dst 02:00:00:00:00:03 --size 60
wait $sender
soon 5 "$flood" "$flood frames came in at the flooded port" port p1 .in_frames
# p1's frames: one each for the devices it brought, the rest refused; p3's egress counts for its device, p2's for nobody.
soon 3 "$flood" "counted + refused = $flood" \
	status '(.devices.used - 2) + (.skipped.newcomer_limit // 0) + (.skipped.device_table_full // 0)'
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
