#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# iotbpf forget by a running agent: what it holds of a device and what is on the disk, while the device goes on sending; others lose nothing.
. "$(dirname "$0")/../lib/net.sh"
state=$work/state
one=02:00:00:00:00:01 two=02:00:00:00:00:02

# traces NAME: how often the state has a text or the bytes of an address, in any of its files
traces() {
	cat "$state"/* 2>/dev/null | grep -aoc "$1"
}

house 3
start_agent br0 --state "$state" --write-every 1h --events device,function,flow,stop || exit 1
for i in 1 2; do
	frames d$i 30 --src 02:00:00:00:00:0$i --dst 02:00:00:00:00:03 --port 500$i
done
soon 5 2 "two devices" sh -c "'$agent' status --json --socket '$work/sock' | jq .devices.used"
"$agent" name $one "diary of Ann" --socket "$work/sock" > "$work/out"
"$agent" name $two "plug" --socket "$work/sock" > "$work/out"
"$agent" label $one secret-bulb --socket "$work/sock" > "$work/out" 2>&1
"$agent" merge 02:00:00:00:00:09 $one --socket "$work/sock" > "$work/out" 2>&1
"$agent" labels --json --socket "$work/sock" > "$work/labels"
is "$(grep -c secret-bulb "$work/labels")" 1 "a label, a name and another address of the first"
[ "$(traces 'diary of Ann')" -gt 0 ]
ok $? "which are in the store"

# It sends all the time.
(while :; do frames d1 3 --src $one --dst 02:00:00:00:00:03 --port 5001; sleep 0.2; done) > /dev/null 2>&1 &
sender=$!
"$agent" forget 'diary of Ann' --yes --json --socket "$work/sock" > "$work/gone" 2> "$work/err"
is "$?" 0 "forget by its name, and the agent does it"
is "$(jq -r '"\(.mac) \(.addresses) \(.labels) \(.names > 0) \(.active_seconds > 0)"' "$work/gone")" "$one 2 1 true true" "it says what is gone"
is "$(traces 'diary of Ann') $(traces secret-bulb)" "0 0" "nothing of it is in any file, while the agent runs"
is "$("$agent" labels --json --socket "$work/sock" | grep -c secret-bulb)" 0 "no label is known"
newcomers() {
	jq -c --arg mac $one 'select(.event_type == "device" and .device.mac == $mac and .device.action == "new")' "$work/events" | wc -l
}
soon 5 2 "it is a new device, since it sends" newcomers
kill $sender
wait $sender 2>/dev/null
"$agent" devices --socket "$work/sock" > "$work/list"
is "$(grep -c 'diary\|secret' "$work/list") $(grep -c plug "$work/list")" "0 1" "the other one keeps its name"
"$agent" forget 02:00:00:00:00:77 --yes --socket "$work/sock" > "$work/out" 2>&1
is "$?" 0 "an address of which nothing is known: nothing is erased, and that is no error"
echo n | "$agent" forget plug --socket "$work/sock" > "$work/out" 2>&1
is "$?" 64 "nobody to ask: --yes is wanted"
stop_agent
is "$?" 0 "the agent ends well"
is "$(traces 'diary of Ann') $(traces secret-bulb)" "0 0" "and brings nothing back"
"$agent" forget plug --yes --state "$state" --socket "$work/sock" > "$work/out" 2>&1
is "$?" 0 "without an agent it is done here"
is "$(traces plug)" 0 "as thoroughly"
finish
