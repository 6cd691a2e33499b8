#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The built-in model names nothing that it does not know: devices of a dozen kinds made up by strangers.py, after 10, 30, 100 and 300 packets
# and at any moment in between; and it still names what it does know, setup runs of Sentinel (every tenth, FULL=1: all).
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/tap.sh
agent=${O:-build}/iotbpf
data=${IOTBPF_DATA:-../shared/data}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
seeds=4 every=10
[ "${FULL:-0}" = 1 ] && seeds=40 every=1

# named FILE: prints "MAC LABEL" of every device of a summary that has a name.
named() {
	jq -r '.devices[] | select(.device.label != null and .device.label != "unknown") | "\(.mac) \(.device.label)"' "$1"
}

for packets in 10 15 20 30 60 100 300; do
	/usr/bin/python3 -B tests/accuracy/strangers.py $packets $seeds "$work/all.pcap"
	"$agent" read --summary --json --gateway 02:00:5e:00:00:01 "$work/all.pcap" > "$work/summary" 2> "$work/log" || sed 's/^/# /' "$work/log"
	named "$work/summary" > "$work/named"
	sed 's/^/# named: /' "$work/named"
	is "$(jq '.devices | length >= 12' "$work/summary") $(grep -c . "$work/named")" "true 0" "strangers have no name after $packets packets"
done
"$agent" read --json --events device --gateway 02:00:5e:00:00:01 "$work/all.pcap" > "$work/events" 2> "$work/log" || sed 's/^/# /' "$work/log"
jq -r '.device | select(.label != null and .label != "unknown") | "\(.mac) \(.label) after \(.evidence.packets) packets"' "$work/events" > "$work/named"
sed 's/^/# named: /' "$work/named"
is "$(grep -c . "$work/named")" 0 "nor at any moment up to there"
told=$(jq -r 'select(.device.label == "unknown") | .device.mac' "$work/events" | sort -u | grep -c '02:00:5e:20:')
[ "$told" -ge $((6 * seeds)) ]
ok $? "most are told to be unknown: $told of $((12 * seeds))"

if [ ! -r "$data/sentinel.csv" ]; then
	echo "ok $((n + 1)) - real devices are named # SKIP no $data/sentinel.csv"
	echo "1..$((n + 1))"
	exit 0
fi
# FILE MAC TYPE FAMILY
tr -d '\r' < "$data/sentinel.csv" | awk -F, -v every=$every -v dir=tests/accuracy '
	BEGIN {
		while ((getline line < (dir "/sentinel-types.csv")) > 0) { split(line, a, ","); type[a[1]] = a[2] }
		while ((getline line < (dir "/sentinel-families.csv")) > 0) { split(line, a, ","); family[a[1]] = a[2] }
	}
	NR > 1 && NR % every == 0 { t = $3 in type ? type[$3] : $3; print $1 "\t" $2 "\t" t "\t" (t in family ? family[t] : t) }' > "$work/runs"
while IFS="$(printf '\t')" read -r file mac type family; do
	"$agent" read --summary --json "$data/$file" > "$work/summary" 2> /dev/null
	label=$(jq -r --arg mac "$mac" '.devices[] | select(.mac == $mac) | .device.label' "$work/summary")
	[ "$label" = "$type" ] || [ "$label" = "$family" ] || echo "# $file: a $type is told as $label"
done < "$work/runs" > "$work/wrong"
cat "$work/wrong"
runs=$(grep -c . "$work/runs") wrong=$(grep -c . "$work/wrong")
[ "$runs" -gt 0 ] && [ $((wrong * 25)) -le "$runs" ]
ok $? "real devices are named: $((runs - wrong)) of $runs setup runs that it was trained on"
# Bounds with room for what was measured of all: 0 of 361, 0 of 88, 10 of 1,276 (without ranges: 220, 18, 894).
/usr/bin/python3 -B tests/accuracy/strangers_real.py "$agent" "$data" $((every > 5 ? 5 : every)) > "$work/real"
while read -r manifest total named; do
	[ "$total" -gt 0 ] && [ $(((named - 1) * 40)) -le "$total" ]
	ok $? "$manifest: $named of $total real strangers have a name"
done < "$work/real"
echo "1..$n"
