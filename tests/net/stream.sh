#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The event stream: 50 clients, one of them stopped. The agent goes on as without them, the others get every event, the stopped one's losses
# are counted, told to it when it goes on, and exact. Then clients that are no good, and too many of them.
. "$(dirname "$0")/../lib/net.sh"
clients="python3 tests/lib/clients.py"
macs=120 ports=40

cpu_ms() { # of the agent so far
	awk '{ printf "%d", $1 / 1000000 }' "/proc/$agent_pid/schedstat"
}

burst() { # FIRST-PORT: as many new flows as macs * ports
	ip netns exec d1 $clients burst e $macs "$1" $ports
}

flows() {
	status .flows.used
}

house 2
start_agent br0 --newcomers 0 --flows 32768 --events start,stats,device --stats 500ms
ok $? "the agent runs"

begin=$(cpu_ms)
burst 1000
soon 5 $((macs * ports)) "flows of one burst" flows
echo "# counted, but not wholly: $(status '.partial | tostring')"
sleep 1
alone=$(($(cpu_ms) - begin))

mkfifo "$work/hold"
$clients follow "$work/sock" 48 < "$work/hold" > "$work/followers" &
followers=$!
exec 9> "$work/hold"
"$agent" events --follow --json --events all --socket "$work/sock" > "$work/slow" 2> "$work/slow.err" 9>&- &
slow=$!
"$agent" events --follow --json --events all --socket "$work/sock" > "$work/fast" 9>&- &
fast=$!
soon 5 50 "50 clients follow" status .clients.following
sleep 0.5
slow_before=$(wc -l < "$work/slow")
kill -STOP $slow
begin=$(cpu_ms)
burst 2000
soon 10 $((2 * macs * ports)) "another burst while one of them is stopped" flows
sleep 1
with=$(($(cpu_ms) - begin))
burst 3000
soon 10 $((3 * macs * ports)) "and one more" flows
lost_some() {
	[ "$(status .clients.events_lost)" -gt 0 ]
}
within 10 lost_some
ok $? "the losses of the one that is stopped are counted"
is "$("$agent" status --socket "$work/sock" | grep -c ' [1-9][0-9]* events lost')" 1 "status says them to people"
is "$(status .clients.following)" 50 "it is still a client"
is "$(status '[.missed_packets, .missed_seconds] | add')" 0 "the agent missed nothing"
echo "# agent: $alone ms of CPU for a burst of $((macs * ports)) flows alone, $with ms with 50 clients, one of them stopped"

kill -CONT $slow
slow_lost() {
	jq -r 'select(.event_type == "lost") | .lost.events' "$work/slow" | awk '{ n += $1 } END { print n }'
}
told_all() {
	[ "$(slow_lost)" = "$(status .clients.events_lost)" ]
}
within 10 told_all
ok $? "it is told how many it lost when it goes on"
sleep 1
# From the first event after it was stopped to the last one that it has: as many as another client has between the two.
exact=$(python3 - "$work/slow" "$work/fast" "$slow_before" <<- 'END'
	import json, sys
	slow, fast = ([l for l in open(f) if l.endswith("\n")] for f in sys.argv[1:3])
	slow = slow[int(sys.argv[3]):]
	lost = sum(json.loads(l)["lost"]["events"] for l in slow if '"event_type":"lost"' in l)
	got = [l for l in slow if '"event_type":"lost"' not in l]
	told = fast.index(got[-1]) - fast.index(got[0]) + 1
	print(f"# {told} events; the one that was stopped got {len(got)} and lost {lost}")
	print(told == len(got) + lost)
END
)
echo "$exact" | head -n 1
is "$(echo "$exact" | tail -n 1)" True "what it got and what it lost are all there was"
exec 9>&-
wait $followers
tail -n 1 "$work/followers" | sed 's/^/# /'
is "$(tail -n 1 "$work/followers" | jq -r '[.clients, .lost, .same] | join(" ")')" "48 false true" "the others got everything, all the same"
all=$(tail -n 1 "$work/followers" | jq .least)
[ "$all" -ge $((2 * macs * ports)) ]
ok $? "an event for each flow of two bursts"
grep -C 40 '"event_type":"lost"' "$work/slow" > "$work/around"
tests/tools/validate-events < "$work/around" > "$work/valid" 2>&1
ok $? "what it got passes the schema"
grep -v ' events: ' "$work/valid" | sed 's/^/# /'

# Snapshots.
$clients snapshot "$work/sock" > "$work/snapshots"
tests/tools/validate-events snapshot < "$work/snapshots" > "$work/valid" 2>&1 || sed 's/^/# /' "$work/valid" | cut -c 1-300
tests/tools/validate-events snapshot < "$work/snapshots" > /dev/null 2>&1
ok $? "snapshots pass their schema"
is "$(tail -n 1 "$work/snapshots" | jq -r '[.totals.devices, (.devices | length), ([.devices[].flows[].packets] | add), .totals.counted] | join(" ")')" \
	"$macs $macs $((3 * macs * ports)) $((3 * macs * ports))" "a snapshot holds all devices, flows and packets"

# Clients that are no good.
kill $slow $fast
wait $slow $fast 2> /dev/null
soon 5 0 "clients that are gone are gone" status .clients.following
$clients hostile "$work/sock" > "$work/hostile"
[ -s "$work/hostile" ]
ok $? "hostile clients"
while read -r bad name; do
	ok "$bad" "$name"
done < "$work/hostile"
soon 5 "0 1" "none of them stays" status '.clients | "\(.following) \(.now)"'
waited=$(awk '{ printf "%.1f", $2 / 1e9 }' "/proc/$agent_pid/schedstat")
rss=$(awk '/VmHWM/ { print int($2 / 1024) }' "/proc/$agent_pid/status")
echo "# the agent took $rss MB at most"
stop_agent
read -r gap passes <<- END
	$($clients gap "$work/events")
END
echo "# $passes passes, the longest time between two was $gap s; the agent waited $waited s in all for a processor"
is "$(echo "$gap $waited" | awk '{ print ($1 < 1.5 + $2) }')" 1 "no pass was late"

# Few descriptors; a group.
(ulimit -n 96 && exec "$agent" run br0 --socket "$work/sock" --model none --json > "$work/events" 2> "$work/log") &
agent_pid=$!
within 10 answers
python3 - "$work/sock" > "$work/few" <<- 'END'
	import json, socket, sys
	held, refused = [], None
	for _ in range(200):
	    s = socket.socket(socket.AF_UNIX)
	    s.settimeout(3)
	    s.connect(sys.argv[1])
	    try:
	        s.sendall(b'{"protocol":1,"request":"subscribe"}\n')
	    except BrokenPipeError:
	        pass
	    answer = json.loads(s.recv(4096))
	    if not answer["ok"]:
	        refused = answer["error"]
	        break
	    held.append(s)
	print(len(held), "too many" in (refused or ""))
END
is "$(cat "$work/few")" "48 True" "with 96 descriptors 48 clients, and the next one is told why"
stop_agent
group=$(getent group nogroup daemon | head -n 1 | cut -d: -f1)
start_agent br0 --socket-group "$group"
chmod 711 "$work"
is "$(stat -c '%G %a' "$work/sock")" "$group 660" "a group for the socket"
setpriv --reuid 65533 --regid 65533 --groups "$(getent group "$group" | cut -d: -f3)" "$agent" devices --json --socket "$work/sock" > /dev/null
ok $? "its members may ask"
setpriv --reuid 65533 --regid 65533 --clear-groups "$agent" devices --json --socket "$work/sock" > /dev/null 2> "$work/err"
is "$? $(grep -c "group may" "$work/err")" "77 1" "others may not, and are told why"
stop_agent
"$agent" run br0 --socket-group no-such-group 2> "$work/err"
is "$? $(grep -c "no such group" "$work/err")" "64 1" "a group that is none"
finish
