#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# History of a running agent: what was sent is in the store, second by second; a kill loses at most what was not written; a full disk is
# told once, shown, survived, and over when there is room again.
. "$(dirname "$0")/../lib/net.sh"

# table of the store, as JSON lines
rows() { # query
	python3 - "$state/iotbpf.db" "$1" <<-'END'
		import sqlite3, sys
		for row in sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True).execute(sys.argv[2]):
		    print(*row)
	END
}

ask() { # request
	python3 - "$work/sock" "$1" <<-'END'
		import socket, sys
		s = socket.socket(socket.AF_UNIX)
		s.connect(sys.argv[1])
		s.sendall(('{"protocol":1,"request":"%s"}\n' % sys.argv[2]).encode())
		print(s.makefile().readline(), end="")
	END
}

sent_of() { # MAC as a number
	rows "SELECT tx_packets, tx_bytes, rx_packets FROM device WHERE mac = $1"
}

total() { # packets that the first device sent
	sent_of $one | cut -d' ' -f1
}

one=2199023255553 two=2199023255554 # 02:00:00:00:00:01 and :02
state=$work/state
house 2
start_agent br0 --state "$state" --write-every 1h || exit 1
frames d1 20 --dst 02:00:00:00:00:02 --port 5000
frames d2 7 --src 02:00:00:00:00:02 --dst 02:00:00:00:00:01 --port 5001
soon 5 20 "the table has what was sent" status '[.ports[] | select(.in_iface == "p1") | .in_frames][0]'
sleep 1.2
is "$(status .history.kept)" true "history is kept"
is "$(status '.history.writes')" 0 "and not written yet"
[ "$(status .history.waiting)" -gt 0 ]
ok $? "seconds wait"
is "$(ask write | jq -r .ok)" true "who asks gets it written"
is "$(status '.history.waiting')" 0 "nothing waits any more"
is "$(sent_of $one | cut -d' ' -f1,3)" "20 7" "what the first one sent and received"
is "$(sent_of $two | cut -d' ' -f1,3)" "7 0" "what the second one did, which nobody knew when it was sent to"

frames d1 5 --dst 02:00:00:00:00:02 --port 5000
sleep 1.2
stop_agent
is "$(total)" 25 "a stop writes everything"
is "$(rows 'SELECT sum(entries) > 3, count(*) FROM activity')" "1 2" "a piece for each writing"

start_agent br0 --state "$state" --write-every 1s || exit 1
frames d1 3 --dst 02:00:00:00:00:02 --port 5000
soon 5 28 "totals go on over a restart" total
kill -9 "$agent_pid"
wait "$agent_pid" 2>/dev/null
agent_pid=
is "$(total)" 28 "a kill loses nothing that was written"
is "$(rows 'PRAGMA integrity_check')" ok "and damages nothing"

state=$work/none
start_agent br0 --state none || exit 1
is "$(status .history.kept)" false "without a state directory no history is kept"
stop_agent

state=$work/small
mkdir "$state"
mount -t tmpfs -o size=400k none "$state"
start_agent br0 --state "$state" --write-every 1s || exit 1
soon 5 true "it begins on a small disk" status '.history.writes > 0'
head -c 1000000 /dev/zero > "$state/filler" 2>/dev/null
for i in 1 2 3 4 5 6 7 8; do
	frames d1 2 --dst 02:00:00:00:00:02 --port 500$i
done
soon 20 true "a full disk is shown in the status" status '.history | has("error")'
sleep 2
is "$(grep -c 'no space left.*history waits' "$work/log")" 1 "and told once"
[ "$(status .history.waiting)" -gt 0 ]
ok $? "what cannot be written waits"
rm "$state/filler"
is "$(ask write | jq -r .ok)" true "with room again it is written"
is "$(status '.history | has("error")')" false "and the status is content"
is "$(total)" 16 "nothing was lost"
grep -q 'history is written again' "$work/log"
ok $? "which is told"
stop_agent
umount "$state"
house_down
finish
