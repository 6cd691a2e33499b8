#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# An agent ends and another begins while frames pass at a steady rate, paired with a run without a change: frames that no agent ever counts. With
# pins there are none, whatever the hook, however the first one ends, and also where the second one's table has another layout or size;
# without pins the gap in milliseconds is printed.
. "$(dirname "$0")/../lib/net.sh"
rate=2000

# What the ports saw come in, and go out to the receiver: each frame of the stream twice.
counted() {
	status '[.ports[] | .in_frames, .out_frames] | add'
}

sent() {
	ip -n d1 -j -s link show e | jq '.[0].stats64.tx.packets'
}

# A steady stream until pause().
stream() {
	sent_before=$(sent)
	counted_before=$(counted)
	ip netns exec d1 python3 tests/lib/frames.py e 1000000 --dst 02:00:00:00:00:02 --rate "$rate" > /dev/null &
	sender=$!
	within 10 flowing
	sleep 0.3
}

flowing() {
	[ "$(sent)" -gt "$sent_before" ]
}

# ... and set $frames, and $missing: how many of them no table counted. $1: what a first agent's own table did, `held`: to be read from it. A frame
# that is on its way at the change counts in both, once in each.
pause() {
	sleep "${2:-0}"
	kill "$sender"
	wait "$sender" 2>/dev/null
	sleep 0.5
	old=$1
	[ "$old" != held ] || old=$(read_table)
	frames=$(($(sent) - sent_before))
	missing=$((frames - ($(counted) + old - counted_before) / 2))
}

# end_agent SIGNAL: nothing between it and the next one
end_agent() {
	kill "-$1" "$agent_pid"
	wait "$agent_pid" 2>/dev/null
	agent_pid=
}

run() {
	start_agent br0 --stats 0 "$@"
}

# begin OPTION...: the first agent, which knows both devices
begin() {
	run "$@"
	frames d2 1 --src 02:00:00:00:00:02 --dst 02:00:00:00:00:01
	frames d1 1 --dst 02:00:00:00:00:02
	within 3 [ "$(counted)" -ge 3 ]
}

# The port counts of a table, read from outside after its agent is gone.
hold_table() {
	bpftool map pin pinned "$(status .table.directory)/iot_port_counts" /sys/fs/bpf/held
}

read_table() {
	bpftool -j map dump pinned /sys/fs/bpf/held |
		jq '[.[] | (if .formatted then .formatted else . end).value | .in.packets, .out.packets] | add'
	rm /sys/fs/bpf/held
}

house 2
begin --handover --hook tcx
stream
pause 0 1
is "$missing" 0 "without an upgrade: 0 of $frames frames are missing"
for hook in tcx clsact xdp; do
	[ $hook = tcx ] || begin --handover --hook $hook
	stream
	end_agent TERM
	run --handover --hook $hook
	end_agent KILL
	run --handover --hook $hook
	pause 0
	is "$missing" 0 "$hook: an orderly end, then SIGKILL: 0 of $frames frames are missing"
	is "$(status '[.table.agents, .table.pinned] | tostring')" "[3,true]" "$hook: one table through all of it"
	stop_agent
	"$agent" detach > /dev/null
done

# Another layout: the same program, in which the hash is changed.
begin --handover
hash=$(basename "$(status .table.directory)") other=$(basename "$(status .table.directory)" | rev)
LC_ALL=C sed "s/$hash/$other/g" "$agent" > "$work/other"
chmod +x "$work/other"
hold_table
stream
end_agent TERM
first=$agent agent=$work/other
run --handover
pause held
is "$missing" 0 "another layout: 0 of $frames frames are missing in the old table and the new one together"
is "$(status '[.ports[].in_frames] | add > 0') $((old > counted_before))" "true 1" "both counted"
is "$(grep -c 'another layout: counts begin anew' "$work/log") $(ls "$(dirname "$(status .table.directory)")")" "1 $other" \
	"which is said, and the old table is gone"

hold_table
stream
end_agent TERM
run --handover --flows 4096
pause held
is "$missing" 0 "another size of the table: 0 of $frames frames are missing"
stop_agent
"$agent" detach > /dev/null
agent=$first

begin --pin none
stream
end_agent TERM
old=$(jq -s 'map(select(.event_type == "stats")) | last | .stats.ports | [.[] | .in_frames, .out_frames] | add' "$work/events")
run --pin none
pause "$old" 0.3
echo "# without pins: $missing of $frames frames are missing, a gap of $((missing * 1000 / rate)) ms"
[ "$missing" -gt 0 ] && [ "$missing" -lt $((10 * rate)) ]
ok $? "without pins: there is one, of seconds at most"
stop_agent
is "$(bpftool net show | grep -c iotbpf)$(find /sys/fs/bpf -mindepth 1 ! -name '*.debug' | wc -l)" 00 "nothing is left"
finish
