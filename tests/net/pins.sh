#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What is pinned, who takes it over and what becomes of it: the history counts each packet once over an orderly end and a kill; a damaged pin, a
# second agent and a missing bpf file system end no start; detach takes away what is meant.
. "$(dirname "$0")/../lib/net.sh"
state=$work/state
pins=/sys/fs/bpf/iotbpf

rows() { # query
	python3 - "$state/iotbpf.db" "$1" <<-'END'
		import sqlite3, sys
		for row in sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True).execute(sys.argv[2]):
		    print(*row)
	END
}

kill_agent() {
	kill -9 "$agent_pid"
	wait "$agent_pid" 2>/dev/null
	agent_pid=
}

number() { # of an interface
	ip -j link show "$1" | jq '.[0].ifindex'
}

files() {
	find $pins -type f 2>/dev/null | wc -l
}

hooks() {
	find $pins \( -name 'in-*' -o -name 'out-*' \) -printf '%f\n' 2>/dev/null | sort | tr '\n' ' '
}

house 2
p1=$(number p1) p2=$(number p2)
start_agent br0 --state "$state" --write-every 1h
since=$(status .table.since)
is "$(status '.table | [.pinned, .agents, .pinned_hooks, .error] | tostring')" "[true,1,4,null]" "hooks and table are pinned, without being asked to"
is "$(hooks)" "$(printf '%s\n' in-$p1 in-$p2 out-$p1 out-$p2 | sort | tr '\n' ' ')" "a hook a file"
"$agent" status --socket "$work/sock" | grep -q "^counts      since .*; pinned with 4 hooks in $pins/"
ok $? "status says where, and since when the table counts"
frames d2 7 --src 02:00:00:00:00:02 --dst 02:00:00:00:00:01
frames d1 100
"$agent" detach > "$work/out" 2> "$work/err"
is "$(hooks | wc -w) $(grep -c 'an agent runs' "$work/err")" "4 1" "detach leaves what a running agent pinned, and says so"
sleep 1.2
kill_agent
frames d1 50
start_agent br0 --state "$state" --write-every 1h --handover
sleep 1.2
is "$(status '[.table.agents, .table.since == "'"$since"'"] | tostring')" "[2,true]" "after a kill the next agent has the same table"
is "$(port p1 .in_frames) $(port p2 .out_frames)" "150 150" "which counted all the while"
frames d1 20
stop_agent
is "$(rows 'SELECT tx_packets, rx_packets FROM device ORDER BY mac' | tr '\n' ' ')" "170 0 7 170 " "each packet is in the history, once, also those that the killed agent had not written"
frames d1 9
start_agent br0 --state none
sleep 1.2
is "$(port p1 .in_frames)" 179 "an agent without a history has the table, too"
frames d1 11
kill_agent
start_agent br0 --state "$state" --write-every 1h
sleep 1.2
frames d1 4
sleep 1.2
stop_agent
is "$(rows 'SELECT tx_packets FROM device ORDER BY mac' | head -n 1)" 174 "and what it counted is no part of a later one's history"
is "$(files) $(bpftool net show | grep -c iotbpf)" "0 0" "an end without --handover takes all away"

start_agent br0 --handover --gateway 02:00:00:00:00:02
frames d2 5 --src 02:00:00:00:00:02 --dst 02:00:00:00:00:01
frames d1 5
sleep 1.2
stop_agent
start_agent br0 --handover --gateway 02:00:00:00:00:01
frames d2 5 --src 02:00:00:00:00:02 --dst 02:00:00:00:00:01
soon 3 "1" "who was a gateway is a device again, and the other way round" status .devices.used
stop_agent
ip link del p1
start_agent br0 --handover
is "$(status .frames) $(hooks | wc -w)" "30 2" "a port that went in the meantime: its frames stay in the sum, its hooks are gone"
kill_agent

"$agent" detach p2 > "$work/out"
is "$(grep -c 'and 2 pinned hooks' "$work/out") $(files)" "1 0" "detach of the last interface: its hooks, and the table with them"
house_down
house 2
p1=$(number p1)
start_agent br0
kill_agent
"$agent" detach p2 > "$work/out"
is "$(hooks)" "in-$p1 out-$p1 " "detach of one interface leaves the other's hooks"
start_agent br0
is "$(status '[.table.agents, .table.pinned_hooks] | tostring')" "[2,4]" "the next agent has both again"
directory=$(status .table.directory)
kill_agent

rm "$directory/iot_kept"
bpftool map create "$directory/iot_kept" type array key 4 value 8 entries 1 name other
start_agent br0
is "$(status '[.table.agents, .table.pinned_hooks] | tostring') $(grep -c 'does not fit.*counts begin anew' "$work/log")" "[1,4] 1" "a damaged pin: counts begin anew"
kill_agent
rm "$directory/iot_rings"
start_agent br0
is "$(status .table.agents)" 1 "a missing one, too"

"$agent" run br0 --socket "$work/second" --model none --events none 2> "$work/log2" &
second=$!
within 10 "$agent" status --socket "$work/second"
is "$("$agent" status --json --socket "$work/second" | jq -r .table.error)" "$pins: another agent works there (give this one a --pin DIR of its own)" \
	"a second agent runs, and says why nothing is pinned"
kill $second
wait $second
is "$(hooks | wc -w)" 4 "and takes nothing of the first one's away"
stop_agent

umount /sys/fs/bpf
[ "$(stat -f -c %T /sys/fs/bpf)" = bpf_fs ] && umount /sys/fs/bpf
start_agent br0
is "$(status .table.pinned) $(grep -c 'not in a bpf file system.*nothing is pinned' "$work/log")" "false 1" "without a bpf file system it runs, and says what to do"
stop_agent
finish
