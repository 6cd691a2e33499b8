#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# iotbpf plot: usage, forms, and that they say the numbers that `iotbpf read --summary` and an export say.
. "$(dirname "$0")/../lib/check.sh"
export TZ=UTC
tuya=10:d5:61:24:6e:01

check "help" 0 "$agent" plot --help
contains out "usage: iotbpf plot" "explains it"
check "two forms" 64 "$agent" plot --svg --png
check "an ending that is none" 64 "$agent" plot -o x.gif
contains err ".svg" "which says which there are"
check "two devices" 64 "$agent" plot a b --svg
check "no state directory" 66 "$agent" plot --svg
contains err "--read" "which says what else there is"
check "a state directory without history" 66 "$agent" plot --svg --state "$work"
check "no such capture" 66 "$agent" plot --svg --read "$work/none.pcap"
check "no such export" 66 "$agent" plot --svg --import "$work/none"
check "a capture" 0 "$O/iotbpf-lab" synth --seconds 400 --devices tuya-bulb,mi-led --functions none -o "$work/bulbs.pcap"
check "an output that cannot be written" 73 "$agent" plot --model none --read "$work/bulbs.pcap" -o "$work/none/x.svg"
check "a device that is not there" 66 "$agent" plot --model none --read "$work/bulbs.pcap" --svg --device toaster

check "a picture" 0 "$agent" plot --model none --read "$work/bulbs.pcap" $tuya -o "$work/one.svg"
is "$(grep -c '<svg' "$work/one.svg")" 1 "is an SVG"
is "$(grep -c '>udp/8053<' "$work/one.svg")" 0 "of that device only"
/usr/bin/python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' "$work/one.svg"
is $? 0 "and well-formed"
check "the terminal" 0 "$agent" plot --model none --read "$work/bulbs.pcap" --terminal --width 100 $tuya
is "$(grep -c 'udp/6666 *3 s' "$work/out")" 1 "text says the period"
is "$(LC_ALL=C.UTF-8 wc -L < "$work/out")" 100 "and is no wider than asked for"
if command -v rsvg-convert >/dev/null; then
	check "a PNG" 0 "$agent" plot --model none --read "$work/bulbs.pcap" -o "$work/one.png"
	is "$(od -An -tx1 -N8 "$work/one.png" | tr -d ' \n')" 89504e470d0a1a0a "is one"
else
	check "a PNG without rsvg-convert" 69 "$agent" plot --model none --read "$work/bulbs.pcap" -o "$work/one.png"
fi
check "a PNG where its program is not there" 69 env PATH=/nonexistent "$agent" plot --model none --read "$work/bulbs.pcap" -o "$work/two.png"
contains err "librsvg2-bin" "which says what to install"
is "$(ls "$work" | grep -c two)" 0 "and leaves no piece of a file"

"$agent" plot --model none --read "$work/bulbs.pcap" -o "$work/page.html" 2> "$work/err"
if grep -q "built without uPlot" "$work/err"; then
	echo "ok $((n += 1)) - the page # SKIP built without uPlot: no network then"
else
	# The numbers of the page's data against those of the summary, for every flow.
	sed -n 's/.*<script type="application\/json" id="data">\(.*\)<\/script>$/\1/p' "$work/page.html" > "$work/data.json"
	jq -r '.devices[] | .id as $id | .flows[] | [$id, .protocol, .total_packets, .total_bytes, .count, ([.periods[].seconds * 1000 | round] | tostring)] | @tsv' \
		"$work/data.json" | sort > "$work/page.tsv"
	"$agent" read --model none --summary --json "$work/bulbs.pcap" > "$work/summary.json" 2>/dev/null
	jq -r '.devices[] | .mac as $id | .flows[] | [$id, .protocol, .packets, .bytes, .active_seconds] | @tsv' "$work/summary.json" | sort > "$work/summary.tsv"
	is "$(cut -f 1-5 "$work/page.tsv" | sort)" "$(cat "$work/summary.tsv")" "packets, bytes and active seconds of every flow are those of read --summary"
	is "$(jq '[.devices[].sent_packets] | add' "$work/data.json")" "$(jq '[.devices[].tx_packets] | add' "$work/summary.json")" "packets of the devices too"
	"$agent" export --read "$work/bulbs.pcap" --model none --identities --format ndjson -o "$work/export.ndjson" -q 2>/dev/null
	check "an export is drawn" 0 "$agent" plot --import "$work/export.ndjson" --title same -o "$work/import.html"
	sed -n 's/.*<script type="application\/json" id="data">\(.*\)<\/script>$/\1/p' "$work/import.html" | jq -cS '.devices' > "$work/import.json"
	jq -cS '.devices' "$work/data.json" > "$work/read.json"
	is "$(cksum < "$work/import.json")" "$(cksum < "$work/read.json")" "to the same plot, byte by byte"
fi
echo "1..$n"
