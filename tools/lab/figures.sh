#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# make figures: the figures of SIDN Labs' "Visualizations of periodic IoT traffic" made again from the lab's four bulbs: the first minutes after they
# are switched on, as root from real packets in network namespaces (else from the lab's generator), and from the generator a day, of one of them a week.
# Each as a page and, where rsvg-convert is there, as PNG. Koike's figure 4, packets a second and the function, wants a model that knows the bulbs: the
# one of `make demo`. LIVE=330: seconds of real packets; LIVE=0: none.
set -eu
O=${O:-build}
lab=$O/iotbpf-lab
agent=$O/iotbpf
out=$O/figures
prefix=figures
live=${LIVE:-330}
bulbs=tuya-bulb,baixin-bulb,omeran-bulb,mi-led
gateway=02:10:77:00:00:01
work=$(mktemp -d)
dump=

clean_up() {
	[ -z "$dump" ] || kill "$dump" 2>/dev/null || :
	"$lab" down --prefix $prefix 2>/dev/null || :
	rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' INT TERM

# The bulbs live on a bridge, and tcpdump looks on.
capture_live() {
	"$lab" up --prefix $prefix --devices $bulbs
	nsenter --net=/run/netns/$prefix-rtr tcpdump -i br-lan -U -w "$work/start.pcap" 2>"$work/tcpdump.log" &
	dump=$!
	until grep -q 'listening' "$work/tcpdump.log"; do
		kill -0 $dump || { cat "$work/tcpdump.log" >&2; return 1; }
		sleep 0.1
	done
	echo "the bulbs live for $live seconds" >&2
	"$lab" run --prefix $prefix --devices $bulbs --functions none --seconds "$live"
	kill $dump && wait $dump || :
	dump=
}

# figure NAME TITLE CAPTURE OPTIONS...: a page and a picture.
figure() {
	name=$1 title=$2 capture=$3
	shift 3
	"$agent" plot --read "$capture" --gateway $gateway --title "$title" "$@" -o "$out/$name.html"
	if command -v rsvg-convert >/dev/null; then
		"$agent" plot --read "$capture" --gateway $gateway --title "$title" "$@" -o "$out/$name.png"
	else
		"$agent" plot --read "$capture" --gateway $gateway --title "$title" "$@" -o "$out/$name.svg"
	fi
	echo "$out/$name.html"
}

mkdir -p "$out"
if [ "$(id -u)" -eq 0 ] && [ "$live" -gt 0 ] && command -v tcpdump >/dev/null; then
	capture_live
	packets="real packets"
else
	"$lab" synth --devices $bulbs --functions none --seconds 330 -o "$work/start.pcap"
	packets="simulated"
fi
"$lab" synth --devices $bulbs --functions none --seconds 86400 -o "$work/day.pcap"
for bulb in "tuya 10:d5:61:24:6e:01 Tuya" "baixin 84:e3:42:51:0b:02 Baixin" "omeran 60:01:94:7c:a2:03 Omeran" "mi-led 34:ce:00:8a:17:04 Mi Led"; do
	set -- $bulb
	bulb=$1 mac=$2
	shift 2
	figure "$bulb-start" "$* light bulb, the first five minutes ($packets)" "$work/start.pcap" --model none --device "$mac" --first 5m
	figure "$bulb-day" "$* light bulb, a day (simulated)" "$work/day.pcap" --model none --device "$mac"
done
"$lab" synth --devices tuya-bulb --functions none --seconds 604800 -o "$work/week.pcap"
figure tuya-week "Tuya light bulb, a week: DHCP every 5 h 45 min (simulated)" "$work/week.pcap" --model none
figure bulbs "Four light bulbs, the first five minutes ($packets)" "$work/start.pcap" --model none --first 5m
if [ -s "$O/lab.iotm" ]; then
	"$lab" synth --seed 77 --devices $bulbs --duty 0.3 --seconds 900 -o "$work/functions.pcap"
	figure functions "Packets a second, and what the bulbs were asked to do" "$work/functions.pcap" --model "$O/lab.iotm" --last 5m
fi
