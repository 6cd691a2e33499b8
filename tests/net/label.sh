#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The whole way of learning, live: two functions of one device are labelled as they happen, `iotbpf train` makes a model of what the agent
# kept, `iotbpf model install` puts it to use without a restart, and the next occurrence is named within 3 s of its beginning.
set -u
cd "$(dirname "$0")/../.." || exit 1
O=${O:-build}
agent=$O/iotbpf lab=$O/iotbpf-lab
prefix=lb$$
. tests/lib/tap.sh
agent_pid= lab_pid=

skip() {
	echo "ok 1 - label, train, install # SKIP $1"
	echo 1..1
	exit 0
}

[ "$(id -u)" = 0 ] || skip "needs root"
for tool in jq python3 nsenter; do
	command -v $tool > /dev/null || skip "needs $tool"
done
work=$(mktemp -d)
state=$work/state
clean_up() {
	[ -z "$agent_pid" ] || kill "$agent_pid" 2> /dev/null
	[ -z "$lab_pid" ] || kill "$lab_pid" 2> /dev/null
	wait 2> /dev/null
	"$lab" down --prefix $prefix > /dev/null 2>&1
	rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' INT TERM

cmd() { # COMMAND ARGUMENT...
	c=$1
	shift
	"$agent" "$c" "$@" --socket "$work/sock" >> "$work/said" 2>&1
}

now() {
	date +%s.%N
}

calc() {
	awk "BEGIN { printf \"%.3f\", $1 }"
}

is_true() { # condition on numbers
	awk "BEGIN { exit !($1) }"
}

until_time() { # seconds since 1970
	left=$(calc "$1 - $(now)")
	is_true "$left <= 0" || sleep "$left"
}

# Two devices of the lab whose functions are short, so that the test is. What they do is known: it follows from the seed. This one leaves
# rests of more than 5 s between functions: in less, no device is idle (Koike et al., SAC'21, 4.1).
mkdir "$work/devices"
for d in tuya-bulb wemo-plug; do
	sed 's/^lasts = .*/lasts = 4s..5s/' "tools/lab/devices/$d.conf" > "$work/devices/$d.conf"
done
house="--dir $work/devices --devices tuya-bulb,wemo-plug --seed ${SEED:-41} --duty ${DUTY:-0.5}"
# shellcheck disable=SC2086
"$lab" synth $house --seconds 150 -o "$work/x.pcap" --truth "$work/truth" 2> /dev/null
python3 - "$work/truth" > "$work/schedule" << 'END'
import datetime, json, sys

truth = json.load(open(sys.argv[1]))


def seconds(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


for d in truth["devices"]:
    if d["name"] == "tuya-bulb":
        for f in d["functions"]:
            print(f["label"], round(seconds(f["start"]) - seconds(truth["start"]), 3), round(seconds(f["end"]) - seconds(truth["start"]), 3))
END
[ "$(wc -l < "$work/schedule")" -ge 8 ]
ok $? "what the devices will do"

bulb=10:d5:61:24:6e:01 plug=94:10:3e:3b:7a:09
# shellcheck disable=SC2086
"$lab" up --prefix $prefix $house > "$work/lab.log" 2>&1 || skip "no network namespaces here"
nsenter --net=/run/netns/$prefix-rtr "$agent" run --socket "$work/sock" --state "$state" --format json br-lan > "$work/events" 2> "$work/log" &
agent_pid=$!
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	grep -q '"start"' "$work/events" && break
	sleep 0.2
done
begin=$(now)
# shellcheck disable=SC2086
"$lab" run --prefix $prefix $house --keep --seconds 150 --truth "$work/lived" >> "$work/lab.log" 2>&1 &
lab_pid=$!

# The first occurrence of each function is labelled when it begins, the second one when it is over. Neither has been seen before.
labelled="" failed=0
while [ "$(echo "$labelled" | wc -w)" -lt 4 ] && read -r function from to; do
	times=$(echo "$labelled" | tr ' ' '\n' | grep -c "^$function$")
	[ "$times" -lt 2 ] || continue
	if [ "$times" = 0 ]; then
		until_time "$(calc "$begin + $from")"
		cmd label $bulb "$function" --for "$(calc "$to - $from")s" || failed=1
	else
		until_time "$(calc "$begin + $to")"
		cmd label $bulb "$function" --last "$(calc "$to - $from")s" || failed=1
	fi
	labelled="$labelled $function"
done < "$work/schedule"
[ $failed -eq 0 ] || sed 's/^/# /' "$work/said"
ok $failed "two functions are labelled twice, as they happen:$labelled"
until_time "$(calc "$begin + $to + 3")"
cmd label $bulb "My bulb" && cmd label $plug "My plug"
ok $? "and what the devices are"
[ "$("$agent" labels --socket "$work/sock" --json | jq -s 'map(select(.packets >= 10)) | length')" = 6 ] ||
	"$agent" labels --socket "$work/sock" | sed 's/^/# /'
[ "$("$agent" labels --socket "$work/sock" --json | jq -s 'map(select(.packets >= 10)) | length')" = 6 ]
ok $? "all of them with packets"

started=$(now)
"$agent" train --state "$state" -o "$work/home.iotm" > "$work/train" 2>&1
status=$?
[ $status -eq 0 ] || sed 's/^/# /' "$work/train"
ok $status "train ($(calc "$(now) - $started") s)"
grep -q 'knows 2 types: My bulb, My plug; 2 functions' "$work/train"
ok $? "it says what the model knows"
: > "$work/said"
cmd model install "$work/home.iotm" --state "$state" && ! grep -q 'goes on as it is' "$work/said"
status=$?
[ $status -eq 0 ] || sed 's/^/# /' "$work/said" "$work/log"
ok $status "install"
[ "$("$agent" status --json --socket "$work/sock" | jq -r .model)" = home ]
ok $? "the agent runs it, without a restart"

# The next occurrences of both: when each is named, by the clock.
for which in toggle color; do
	next=$(awk -v f=$which -v after="$(calc "$(now) - $begin + 0.3")" '$1 == f && $2 > after { print $2; exit }' "$work/schedule")
	[ -n "$next" ] || break
	until_time "$(calc "$begin + $next")"
	seen=$(wc -l < "$work/events")
	named=
	while [ -z "$named" ] && is_true "$(now) < $begin + $next + 6"; do
		named=$(tail -n +$((seen + 1)) "$work/events" | grep '"function":{"action":"start"' | grep "\"label\":\"$which\"" | tail -n 1)
		[ -n "$named" ] || sleep 0.1
	done
	echo "$which $next $(now) ${named:+named}" >> "$work/named"
	[ -n "$named" ] || tail -n +$((seen + 1)) "$work/events" | jq -c 'select(.event_type == "function") | .function' | sed 's/^/# /'
done
kill -INT $lab_pid
wait $lab_pid
lab_pid=
began=$(python3 -c 'import datetime, json, sys
print(datetime.datetime.fromisoformat(json.load(open(sys.argv[1]))["start"].replace("Z", "+00:00")).timestamp())' "$work/lived")
while read -r which next at named; do
	took=$(calc "$at - $began - $next")
	[ "$named" = named ] && is_true "$took <= 3"
	ok $? "$which: named $took s after it began"
done < "$work/named"
[ "$(wc -l < "$work/named")" = 2 ]
ok $? "both happened again"
before=$("$agent" status --json --socket "$work/sock" | jq -r .model_version)
"$agent" train --state "$state" -o "$work/again.iotm" -- --method boost --folds 2 > "$work/train" 2>&1 &&
	cmd model install --shadow "$work/again.iotm" --state "$state"
status=$?
[ "$("$agent" status --json --socket "$work/sock" | jq -r '.model_version + " " + .shadow')" = "$before home" ] || status=1
ok $status "train again; the new one runs beside as a shadow"
cmd model install "$(basename "$(readlink "$state/models/shadow")")" --state "$state"
[ "$("$agent" status --json --socket "$work/sock" | jq -r '(.model_version == $b | tostring) + " " + (.shadow | tostring)' --arg b "$before")" = "false null" ]
ok $? "then in its own right"
cmd model rollback --state "$state"
[ "$("$agent" status --json --socket "$work/sock" | jq -r .model_version)" = "$before" ]
ok $? "and back to the one before"
kill -INT $agent_pid
wait $agent_pid
ok $? "the agent ends by itself"
agent_pid=
tests/tools/validate-events < "$work/events" > "$work/valid" 2>&1 || sed 's/^/# /' "$work/valid"
grep -q 'function [1-9]' "$work/valid"
ok $? "events pass the schema"
echo "1..$n"
