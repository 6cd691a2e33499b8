#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The lab itself: what its devices put on the wire is what their descriptions say, and nothing is left behind.
set -u
lab=${O:-build}/iotbpf-lab
prefix=tlab$$
work=$(mktemp -d)
. "$(dirname "$0")/../lib/tap.sh"
dumps=

skip_all() {
	echo "ok 1 - the lab # SKIP $1"
	echo "1..1"
	exit 0
}

finish() {
	[ -z "$dumps" ] || kill $dumps 2>/dev/null
	"$lab" down --prefix "$prefix"
	rm -rf "$work"
}

left_over() {
	ip netns list | grep -c "^$prefix-"
}

wait_for() { # a command, up to 5 s
	i=0
	until "$@" >/dev/null 2>&1; do
		i=$((i + 1))
		[ $i -ge 50 ] && return 1
		sleep 0.1
	done
}

counts() { # truth file: MAC, packets and bytes sent
	jq -r '.devices[] | "\(.mac) \(.tx_packets) \(.tx_bytes)"' "$1" | sort
}

capture_counts() { # capture file, MAC
	tcpdump -r "$1" -e -nn "ether src $2" 2>/dev/null |
		awk -v mac="$2" '{ for (i = 1; i < NF; i++) if ($i == "length") { sub(":", "", $(i + 1)); b += $(i + 1); break } p++ }
			END { print mac, p + 0, b + 0 }'
}

[ "$(id -u)" -eq 0 ] || skip_all "needs root"
for tool in ip nsenter tcpdump jq; do
	command -v $tool >/dev/null || skip_all "$tool is missing"
done
ip netns add "$prefix-probe" 2>/dev/null || skip_all "no network namespaces here"
ip netns del "$prefix-probe"
trap finish EXIT
trap 'exit 1' INT TERM

devices=tuya-bulb,mi-led,nest-tstat
"$lab" up --prefix "$prefix" --devices $devices
ok $? "up"
"$lab" up --prefix "$prefix" --devices $devices
ok $? "up again changes nothing"

for port in tuya-bulb mi-led nest-tstat; do
	nsenter --net=/run/netns/$prefix-rtr tcpdump -U -i $port -w "$work/$port.pcap" 2>"$work/$port.log" &
	dumps="$dumps $!"
	wait_for grep -q listening "$work/$port.log"
done
"$lab" run --prefix "$prefix" --devices $devices --seconds 8 --seed 4 --keep --truth "$work/truth.json"
ok $? "three devices live for eight seconds"
sleep 0.3
kill -INT $dumps
wait $dumps
dumps=

for port in tuya-bulb mi-led nest-tstat; do
	capture_counts "$work/$port.pcap" "$(jq -r ".devices[] | select(.name == \"$port\") | .mac" "$work/truth.json")"
done | sort >"$work/seen"
counts "$work/truth.json" >"$work/told"
cmp -s "$work/seen" "$work/told"
ok $? "the ports see the packets and bytes that the devices counted"

beacons=$(tcpdump -r "$work/tuya-bulb.pcap" -nn udp dst port 6666 and ether src 10:d5:61:24:6e:01 2>/dev/null | wc -l)
[ "$beacons" -eq 2 ] || [ "$beacons" -eq 3 ]
ok $? "a beacon every 3 s: $beacons in 8 s"

jq -r '.devices[] | .name as $d | .sent[].protocol | "\($d) \(.)"' "$work/truth.json" | while read -r name protocol; do
	case $protocol in
	arp) grep -q '^do = arp' "tools/lab/devices/$name.conf" ;;
	udp/53 | udp/67 | udp/123) true ;;
	*) grep -q ":${protocol#*/}\b" "tools/lab/devices/$name.conf" ;;
	esac || echo "$name $protocol"
done >"$work/strange"
[ ! -s "$work/strange" ]
ok $? "no protocol that the description does not have $(tr '\n' ' ' <"$work/strange")"

others=$(for port in tuya-bulb mi-led nest-tstat; do
	tcpdump -r "$work/$port.pcap" -e -nn 'not arp and not ip' 2>/dev/null
done | wc -l)
[ "$others" -eq 0 ]
ok $? "no IPv6, no bridge protocol"

"$lab" synth --devices $devices --seconds 8 --seed 4 -o "$work/synth.pcap" --truth "$work/synth.json" 2>/dev/null
counts "$work/synth.json" | cmp -s - "$work/told"
ok $? "the synthesised capture of the same seed has the same packets and bytes"

"$lab" run --prefix "$prefix" --devices $devices --seconds 1
[ $? -eq 0 ] && [ "$(left_over)" -eq 0 ]
ok $? "run takes over what stands and leaves nothing"

"$lab" run --prefix "$prefix" --devices tuya-bulb --seconds 60 &
pid=$!
wait_for test -e /run/netns/$prefix-wan
sleep 0.3
"$lab" run --prefix "$prefix" --devices tuya-bulb --seconds 1 2>/dev/null
[ $? -ne 0 ]
ok $? "a second lab of the same prefix is refused"
kill -INT $pid
wait $pid
[ "$(left_over)" -eq 0 ]
ok $? "SIGINT cleans up"

"$lab" run --prefix "$prefix" --devices tuya-bulb --seconds 60 &
pid=$!
wait_for test -e /run/netns/$prefix-wan
sleep 0.3
kill -KILL $pid
wait $pid 2>/dev/null
"$lab" down --prefix "$prefix" && [ "$(left_over)" -eq 0 ]
ok $? "down removes what a killed run left"
"$lab" down --prefix "$prefix"
ok $? "down again changes nothing"

"$lab" replay --prefix "$prefix" --fast --hello --port-map --keep "$work/synth.pcap" >"$work/map" 2>"$work/replay.log"
ok $? "replay"
while read -r mac port frames; do
	received=$(nsenter --net=/run/netns/$prefix-rtr cat /proc/net/dev | sed 's/:/ /' | awk -v p="$port" '$1 == p { print $3 }')
	[ "$received" -eq $((frames + 1)) ] || echo "$mac $received of $frames"
done <"$work/map" >"$work/lost"
[ -s "$work/map" ] && [ ! -s "$work/lost" ]
ok $? "every frame and one hello came in at its sender's port"
"$lab" replay --prefix "$prefix" --fast --ports 2 "$work/synth.pcap" 2>&1 | grep -q 'only the 2 most active'
ok $? "replay says what a bound on ports leaves out"
[ "$(left_over)" -eq 0 ]
ok $? "replay leaves nothing"
echo "1..$n"
