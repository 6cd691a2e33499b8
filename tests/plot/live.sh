#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# A running agent's history, drawn while it runs and after it ended: the packets of the drawing are those that the devices sent.
set -u
cd "$(dirname "$0")/../.." || exit 1
O=${O:-build}
lab=$O/iotbpf-lab
agent=$O/iotbpf
prefix=tplot$$
work=$(mktemp -d)
. tests/lib/tap.sh
pid=

skip_all() {
	echo "ok 1 - plots of a running agent # SKIP $1"
	echo "1..1"
	exit 0
}

finish() {
	[ -z "$pid" ] || kill "$pid" 2>/dev/null
	"$lab" down --prefix "$prefix" >/dev/null 2>&1
	rm -rf "$work"
}

[ "$(id -u)" -eq 0 ] || skip_all "needs root"
for tool in ip nsenter jq; do
	command -v $tool >/dev/null || skip_all "$tool is missing"
done
ip netns add "$prefix-probe" 2>/dev/null || skip_all "no network namespaces here"
ip netns del "$prefix-probe"
trap finish EXIT
trap 'exit 1' INT TERM

tuya=10:d5:61:24:6e:01 led=34:ce:00:8a:17:04
"$lab" up --prefix "$prefix" --devices tuya-bulb,mi-led
nsenter --net="/run/netns/$prefix-rtr" "$agent" run --model none --format json --socket "$work/sock" --state "$work/state" br-lan > "$work/events" 2> "$work/log" &
pid=$!
i=0
until grep -q '"start"' "$work/events" || [ $((i += 1)) -gt 100 ]; do sleep 0.1; done
"$lab" run --prefix "$prefix" --devices tuya-bulb,mi-led --functions none --seconds 8 --keep --truth "$work/truth.json" &
lives=$!
sleep 6
IOTBPF_STATE=$work/state "$agent" plot --socket "$work/sock" --last 1m --terminal --ascii > "$work/live.txt" 2> "$work/err"
ok $? "a running agent is drawn"
grep -q '^udp/6666 .*#.* #' "$work/live.txt"
ok $? "with what it did not write yet"
wait $lives
sleep 1.5
kill -TERM $pid
wait $pid
pid=
"$agent" plot --state "$work/state" -o "$work/page.html" 2> "$work/err"
status=$?
if grep -q "built without uPlot" "$work/err"; then
	echo "ok $((n += 1)) - the page # SKIP built without uPlot: no network then"
else
	ok $status "what it left is drawn"
	sed -n 's/.*<script type="application\/json" id="data">\(.*\)<\/script>$/\1/p' "$work/page.html" > "$work/data.json"
	for mac in $tuya $led; do
		drawn=$(jq -r --arg mac $mac '.devices[] | select(.id == $mac) | .flows[] | "\(.protocol) \(.total_packets) \(.total_bytes)"' "$work/data.json" | sort)
		sent=$(jq -r --arg mac $mac '.devices[] | select(.mac == $mac) | .sent[] | "\(.protocol) \(.packets) \(.bytes)"' "$work/truth.json" | sort)
		[ "$drawn" = "$sent" ] || printf '# drawn:\n%s\nsent:\n%s\n' "$drawn" "$sent" | sed 's/^/# /'
		[ "$drawn" = "$sent" ]
		ok $? "$mac: packets and bytes of every flow are those that it sent"
	done
fi
echo "1..$n"
