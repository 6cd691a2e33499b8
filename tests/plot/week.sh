#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The seeds' rhythms, found by `iotbpf read`: a week of the lab's four bulbs from its generator, 300,000 frames and more. The DHCP renewal of 5 h 45 min
# comes 30 times in it.
. "$(dirname "$0")/../lib/check.sh"

began=$(date +%s)
check "a week of a Tuya bulb" 0 "$O/iotbpf-lab" synth --seconds 604800 --devices tuya-bulb --functions none -o "$work/week.pcap"
check "is read" 0 timeout 60 "$agent" read --model none --summary --json "$work/week.pcap"
cp "$work/out" "$work/week.json"
check "a day of the others" 0 "$O/iotbpf-lab" synth --seconds 86400 --devices baixin-bulb,omeran-bulb,mi-led --functions none -o "$work/day.pcap"
check "is read too" 0 timeout 60 "$agent" read --model none --summary --json "$work/day.pcap"
cp "$work/out" "$work/day.json"

# period FILE MAC PROTOCOL SECONDS: within half a percent
period() {
	found=$(jq -r --arg mac "$2" --arg protocol "$3" '.devices[] | select(.mac == $mac) | .flows[] | select(.protocol == $protocol) | [.periods[].seconds] | @csv' "$work/$1")
	is "$(echo "$found" | tr ',' '\n' | awk -v want="$4" '$1 > want * 0.995 && $1 < want * 1.005 { print want; exit }')" "$4" "$2 $3 every $4 s ($found)"
}
tuya=10:d5:61:24:6e:01 baixin=84:e3:42:51:0b:02 omeran=60:01:94:7c:a2:03 led=34:ce:00:8a:17:04
period week.json $tuya udp/67 20700
period week.json $tuya udp/6666 3
period week.json $tuya arp 60
period week.json $tuya tcp/1883 60
period day.json $baixin udp/6666 3
period day.json $baixin arp 60
period day.json $baixin tcp/1883 60
period day.json $omeran arp 120
period day.json $omeran udp/53 120
period day.json $omeran tcp/8805 120
period day.json $led udp/8053 15
period day.json $led arp 30
took=$(($(date +%s) - began))
is "$([ $took -le 60 ] && echo yes)" yes "all of it took $took s"
echo "1..$n"
