#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Every table, plot and export of one capture says the same numbers: of every flow its packets, bytes and active seconds, of every device what
# it sent and received, of every second who was active; and the same functions, periods and types.
. "$(dirname "$0")/../lib/check.sh"
export LC_ALL=C
"$O"/iotbpf-lab synth --seconds 1500 --seed 4 --devices tuya-bulb,wemo-plug --split-trials -o "$work/home.pcap" --manifest "$work/manifest.csv" \
	2> "$work/err" || sed 's/^/# /' "$work/err"
model=$work/home.iotm # of what it does, or there were no functions to compare
"$O"/iotbpf-train --manifest "$work/manifest.csv" --root "$work" --method extra --windows 6 --stride 30 --folds 2 -o "$model" > "$work/err" 2>&1 ||
	sed 's/^/# /' "$work/err"
/usr/bin/python3 tests/tools/gen-frames --seed 8 --count 2000 --set all --times loose -o "$work/odd.pcap"

# lines FILE COMMAND...: what the command says, sorted.
lines() {
	to=$1
	shift
	"$@" 2> "$work/err" | sort > "$work/$to"
}

same() { # FILE NAME: as "flows" and the like of the summary
	n=$((n + 1))
	if [ -s "$work/$1" ] && cmp -s "$work/$1" "$work/${1%.*}"; then echo "ok $n - $2"; else
		diff "$work/${1%.*}" "$work/$1" | head -n 5 | sed 's/^/# /'
		echo "not ok $n - $2"
	fi
}

flows='"\(.mac // .device) \(.protocol) \(.packets) \(.bytes) \(.active_seconds)"'
nested='.devices[] | (.mac // .device) as $m | .flows[] | "\($m) \(.protocol) \(.packets) \(.bytes) \(.active_seconds)"'
devices='"\(.mac // .device) \(.tx_packets) \(.tx_bytes) \(.rx_packets) \(.rx_bytes)"'
for capture in home odd; do
	file=$work/$capture.pcap
	echo "# $capture"
	"$agent" read --summary --json --model none "$file" > "$work/summary" 2> /dev/null
	"$agent" export --read "$file" --model "$model" --identities -q -o "$work/$capture.ndjson" 2> /dev/null
	"$agent" import --json "$work/$capture.ndjson" > "$work/imported"
	"$agent" plot --read "$file" --model "$model" --html -o "$work/$capture.html" 2> /dev/null
	"$agent" plot --import "$work/$capture.ndjson" --html -o "$work/again.html" 2> /dev/null

	lines flows jq -r "$nested" "$work/summary"
	"$agent" flows --read "$file" --json > "$work/list" 2> "$work/err"
	lines flows.list jq -r "$flows" "$work/list"
	same flows.list "$capture: flows --json"
	"$agent" flows --read "$file" --csv > "$work/list.csv" 2> /dev/null
	/usr/bin/python3 -c 'import csv, sys
for r in csv.DictReader(open(sys.argv[1])): print(r["mac"], r["protocol"], r["packets"], r["bytes"], r["active_seconds"])' "$work/list.csv" | sort > "$work/flows.csv"
	same flows.csv "$capture: flows --csv"
	lines flows.export jq -r "select(.table == \"flows\") | $flows" "$work/$capture.ndjson"
	same flows.export "$capture: export, table flows"
	lines flows.import jq -r "$nested" "$work/imported"
	same flows.import "$capture: import --json"
	lines flows.page /usr/bin/python3 tests/tools/page-numbers flows "$work/$capture.html"
	same flows.page "$capture: the marks of the page, added up"
	lines flows.again /usr/bin/python3 tests/tools/page-numbers flows "$work/again.html"
	same flows.again "$capture: the marks of the page of the import"

	lines devices jq -r ".devices[] | $devices" "$work/summary"
	"$agent" devices --read "$file" --json > "$work/list" 2> /dev/null
	lines devices.list jq -r "$devices" "$work/list"
	same devices.list "$capture: devices --json"
	lines devices.export jq -r "select(.table == \"devices\") | $devices" "$work/$capture.ndjson"
	same devices.export "$capture: export, table devices"
	lines devices.page /usr/bin/python3 tests/tools/page-numbers devices "$work/$capture.html"
	same devices.page "$capture: the traffic of the page, added up"

	lines seconds jq -r 'select(.table == "series") | "\(.device) \(.protocol) \(.time_us / 1000000) \(.packets) \(.bytes)"' "$work/$capture.ndjson"
	lines seconds.page /usr/bin/python3 tests/tools/page-numbers seconds "$work/$capture.html"
	same seconds.page "$capture: every mark of the page is a row of the export"
	is "$(wc -l < "$work/seconds")" "$(jq '[.devices[].flows[].active_seconds] | add' "$work/summary")" "$capture: as many as active seconds"

	jq -c .devices "$work/imported" > "$work/before"
	"$agent" export --import "$work/$capture.ndjson" --identities --format csv -q -o "$work/$capture.d"
	"$agent" import --json "$work/$capture.d" | jq -c .devices > "$work/after"
	is "$(cksum < "$work/after")" "$(cksum < "$work/before")" "$capture: export as CSV, imported"
	sed 's/id="data">.*"devices"/"devices"/' "$work/again.html" | cksum > "$work/after"
	sed 's/id="data">.*"devices"/"devices"/' "$work/$capture.html" | cksum > "$work/before"
	is "$(cat "$work/after")" "$(cat "$work/before")" "$capture: the plot of the import is the plot of the capture"
done

echo "# home: periods, functions, types"
file=$work/home.pcap
lines periods jq -r 'select(.table == "periods") | "\(.device) \(.protocol) \(.seconds * 1000 | round)"' "$work/home.ndjson"
"$agent" periods --read "$file" --json > "$work/list" 2> /dev/null
lines periods.list jq -r '"\(.mac) \(.protocol) \(.seconds * 1000 | round)"' "$work/list"
same periods.list "periods --json and export"
/usr/bin/python3 tests/tools/page-numbers periods "$work/home.html" | awk '{printf "%s %s %.0f\n", $1, $2, $3 * 1000}' | sort > "$work/periods.page"
same periods.page "the page's rulers"
"$agent" read --summary --json --model none "$file" 2> /dev/null |
	jq -r '.devices[] | .mac as $m | .flows[] | .protocol as $p | .periods[] | "\($m) \($p) \(.seconds | round)"' | sort -u > "$work/found"
awk '{printf "%s %s %.0f\n", $1, $2, $3 / 1000}' "$work/periods" | sort -u > "$work/told"
is "$(comm -3 "$work/found" "$work/told") $([ -s "$work/found" ] && echo some)" " some" "they are the summary's periods, and no others"
lines functions jq -r 'select(.table == "functions") | "\(.device) \(.function | gsub(" "; "_")) \(.from_us / 1000 | round) \(.to_us / 1000 | round)"' \
	"$work/home.ndjson"
lines functions.page /usr/bin/python3 tests/tools/page-numbers functions "$work/home.html"
same functions.page "the page's coloured bands and export"
"$agent" functions --read "$file" --model "$model" --json > "$work/list" 2> /dev/null
is "$(wc -l < "$work/list")" "$(wc -l < "$work/functions")" "functions --json has as many"
lines types jq -r 'select(.table == "devices") | "\(.device) \(.type)"' "$work/home.ndjson"
"$agent" devices --read "$file" --model "$model" --json > "$work/list" 2> /dev/null
lines types.list jq -r '"\(.mac) \(.type)"' "$work/list"
same types.list "devices --json and export name the same types"
"$agent" read --summary --json --model "$model" "$file" > "$work/summary" 2> /dev/null
lines types.summary jq -r '.devices[] | "\(.mac) \(.device.label // "")"' "$work/summary"
same types.summary "and so does the summary"
echo "1..$n"
