#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The lists: the same numbers wherever they come from - the running agent, its history, a capture of the same traffic, the status - and in
# every form; and how a device is called.
. "$(dirname "$0")/../lib/net.sh"
state=$work/state
export TZ=UTC
command -v tcpdump > /dev/null || skip_all "needs tcpdump"

list() { # COMMAND ARGUMENT...: from the agent
	c=$1
	shift
	"$agent" "$c" "$@" --socket "$work/sock" 2> "$work/err"
}

recorded() { # COMMAND ARGUMENT...: from the history
	c=$1
	shift
	IOTBPF_STATE=$state "$agent" "$c" "$@" 2> "$work/err"
}

captured() { # COMMAND ARGUMENT...: from the capture
	c=$1
	shift
	"$agent" "$c" --read "$work/capture.p1" --read "$work/capture.p2" --read "$work/capture.p3" "$@" 2> "$work/err"
}

fails() { # STATUS WORD NAME COMMAND...
	want=$1 word=$2 name=$3
	shift 3
	"$@" > "$work/out"
	got=$?
	[ $got -eq "$want" ] && grep -q -- "$word" "$work/err" || echo "# exit $got: $(cat "$work/err")"
	[ $got -eq "$want" ] && grep -q -- "$word" "$work/err"
	ok $? "$name"
}

flow_numbers='[.mac, .protocol, .packets, .bytes] | map(tostring) | join(" ")'
device_numbers='[.mac, .tx_packets, .tx_bytes, .rx_packets, .rx_bytes, .flows] | map(tostring) | join(" ")'

house 3
start_agent br0 --state "$state" --events all
ok $? "the agent runs"
for p in p1 p2 p3; do
	tcpdump -i $p -Q in -w "$work/capture.$p" -U > /dev/null 2>&1 &
	dumps="${dumps:-} $!"
done
soon 5 "3" "captures run" sh -c "ls $work/capture.* | wc -l"
sleep 0.5
frames d1 30 --rate 60 --src 02:00:00:00:00:01 --port 6666
frames d1 20 --rate 60 --src 02:00:00:00:00:01 --port 8888 --size 400
frames d2 25 --rate 60 --src 02:00:00:00:00:02 --dst 02:00:00:00:00:01 --port 53
frames d3 10 --rate 60 --src 02:00:00:00:aa:03 --dst ff:ff:ff:ff:ff:ff --port 6667
sleep 1.3

# The running agent.
list flows --json | jq -r "$flow_numbers" > "$work/flows"
is "$(cat "$work/flows")" "02:00:00:00:00:01 udp/6666 30 3000
02:00:00:00:00:01 udp/8888 20 8000
02:00:00:00:00:02 udp/53 25 2500
02:00:00:00:aa:03 udp/6667 10 1000" "flows as they were sent"
is "$(list devices --json | jq -s 'map(.tx_packets + .rx_packets) | add')" "$(status .counted)" "devices sent and received what the status counts"
is "$(list devices --json | jq -s length)" "$(status .devices.used)" "and there are as many"
is "$(list flows --json | jq -s length)" "$(status .flows.used)" "and so of flows"
is "$(list flows --json | jq -s 'map(select(.mac == "02:00:00:00:00:01") | .share) | add')" 1 "shares make one"
is "$(list devices --json | jq -r 'select(.mac == "02:00:00:00:00:01") | .rx_packets')" 25 "received, too"
list flows --json | jq -r '[.strip, .active_seconds] | join(" ")' > "$work/strips"
python3 -c 'import sys; sys.exit(any(bin(int(s, 16)).count("1") != int(n) for s, n in (l.split() for l in open(sys.argv[1]))))' "$work/strips"
ok $? "the bits of the last minute are the active seconds"
list devices --json | jq -r "$device_numbers" > "$work/devices"
python3 - "$work/events" > "$work/told" <<- 'END'
	import json, sys
	told = {}
	for line in open(sys.argv[1]):
	    e = json.loads(line)
	    if e["event_type"] == "flow":
	        told[e["device"]["mac"], e["flow"]["protocol"]] = f'{e["flow"]["packets"]} {e["flow"]["bytes"]}'
	print("\n".join(f"{m} {p}" for m, p in sorted(told)))
END
is "$(cat "$work/told")" "$(cut -d' ' -f1,2 "$work/flows")" "the flows that events tell of"

# Forms.
for c in devices flows periods functions; do
	list $c --csv > "$work/csv"
	list $c --json > "$work/json"
	python3 - "$work/csv" "$work/json" <<- 'END'
		import csv, json, sys
		rows = list(csv.DictReader(open(sys.argv[1], newline="")))
		objects = [json.loads(line) for line in open(sys.argv[2])]
		text = lambda v: str(v).lower() if isinstance(v, bool) else str(v)
		def same(row, o):
		    skip = ("seconds",) if "function" in o and "from" in o else ()
		    return None not in row and all(row[k] == (text(o[k]) if k in o else "") for k in row if k not in skip)
		sys.exit(not (len(rows) == len(objects) and all(same(r, o) for r, o in zip(rows, objects))))
	END
	ok $? "$c: CSV is as JSON"
	is "$(list $c | wc -l)" $(($(wc -l < "$work/json") + 1)) "$c: a table has as many rows"
done
list events --json > "$work/recent"
tests/tools/validate-events < "$work/recent" > /dev/null
ok $? "events: JSON passes the schema"
is "$(jq -r 'select(.event_type == "device" and .device.action == "new") | .device.mac' "$work/recent" | sort)" \
	"$(cut -d' ' -f1 "$work/devices" | sort)" "events: the new devices"
is "$(list events | wc -l)" "$(wc -l < "$work/recent")" "events: as text, as many"
is "$(list events --csv | python3 -c 'import csv, sys; print(len(list(csv.DictReader(sys.stdin))))')" "$(wc -l < "$work/recent")" "events: as CSV"
fails 76 "not a list of event types" "events: of no type" list events --events none

# How a device is called.
one=02:00:00:00:aa:03
for text in "$one" 02:00:00:00:AA:03 02000000aa03 02-00-00-00-aa 02:00:00:00:a; do
	is "$(list flows "$text" --json | jq -r .mac)" $one "a device called $text"
done
fails 64 "02:00:00:00:00:01, 02:00:00:00:00:02" "a beginning of several names them" list flows 02:00:00:00:00
fails 66 "no such device" "a device that is not there" list flows 02:ff
fails 66 "no such device" "no name at all" list flows ""
"$agent" label $one "Kitchen plug" --socket "$work/sock" > /dev/null
sleep 1.2
is "$(list devices kitchen --json | jq -r '.type + " " + .type_source')" "Kitchen plug owner" "a device called by what its owner says it is"
python3 tests/lib/clients.py snapshot "$work/sock" > "$work/snapshots"
tests/tools/validate-events snapshot < "$work/snapshots" > "$work/valid" 2>&1
ok $? "snapshots with an owner's word pass the schema"
grep -v ' events: ' "$work/valid" | cut -c 1-200 | sed 's/^/# /'
fails 69 "no agent answers" "no agent there" sh -c "$agent flows --socket $work/none 2> $work/err"

# Rates, while frames come; they are received by nobody who is known.
frames d3 100 --rate 20 --src $one --dst 02:00:00:00:00:7f --port 6667 --size 200 &
sender=$!
busy() {
	list devices $one --json | jq -e '.tx_packets_rate >= 15 and .tx_packets_rate <= 25 and (.tx_bytes_rate - 200 * .tx_packets_rate | fabs) <= 200' > /dev/null
}
within 5 busy
ok $? "20 frames of 200 bytes a second are a rate of as many"
wait $sender
sleep 1.3
list flows --json | jq -r "$flow_numbers" > "$work/flows"
list devices --json | jq -r "$device_numbers" > "$work/devices"

# The history, while the agent runs and after it.
IOTBPF_STATE=$state "$agent" flows --since 1h --socket "$work/sock" --json 2> "$work/err" | jq -r "$flow_numbers" > "$work/history"
is "$(cat "$work/history")" "$(cat "$work/flows")" "the history up to now has the same flows"
sleep 1
# shellcheck disable=SC2086
kill $dumps
wait $dumps 2> /dev/null
stop_agent
recorded flows --state "$state" --json | jq -r "$flow_numbers" > "$work/history"
is "$(cat "$work/history")" "$(cat "$work/flows")" "and so it has without an agent"
is "$(recorded devices --state "$state" --json | jq -r "$device_numbers")" "$(cat "$work/devices")" "devices likewise"

# A capture of the same traffic: everything but what a device that sends nothing receives.
is "$(captured flows --json | jq -r "$flow_numbers")" "$(cat "$work/flows")" "a capture of it has the same flows"
"$agent" read --summary --json "$work"/capture.p? 2> /dev/null |
	jq -r '.devices[] | [.mac, .tx_packets, .tx_bytes, .rx_packets, .rx_bytes, (.flows | length)] | map(tostring) | join(" ")' > "$work/summary"
is "$(captured devices --json | jq -r "$device_numbers")" "$(cat "$work/summary")" "lists of a capture are as its summary"
exported() { # TABLE
	"$agent" export --read "$work/capture.p1" --read "$work/capture.p2" --read "$work/capture.p3" --what "$1" --format csv --identities --quiet \
		2> "$work/err"
}
is "$(exported flows | tail -n +2 | tr , ' ' | cut -d' ' -f1,2,5,6)" "$(cat "$work/flows")" "an export of it has the same flows"
is "$(exported devices | python3 -c 'import csv, sys
for r in csv.DictReader(sys.stdin):
    print(*(r[k] for k in ("device", "tx_packets", "tx_bytes", "rx_packets", "rx_bytes")))')" "$(cut -d' ' -f1-5 "$work/summary")" "and the summary's devices"
is "$(captured devices --gateway 02:00:00:00:00:01 --json | jq -r .mac | tr '\n' ' ')" "02:00:00:00:00:02 02:00:00:00:00:7f 02:00:00:00:aa:03 " \
	"a router in a capture is no device"
finish
