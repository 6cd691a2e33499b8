#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Frames, and each device's packets and bytes, are what tshark counts; skipped and counted frames add up. On the captures of our own
# generator and, where IOTBPF_DATA is, on real ones: every N-th of them, all with FULL=1.
set -u
cd "$(dirname "$0")/../.."
iotbpf=${O:-build}/iotbpf
data=${IOTBPF_DATA:-../shared/data}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. tests/lib/tap.sh

skip() { # name, reason
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

# A device is a unicast address; the rest is skipped only where neither end is one. tshark shows the inner addresses of a frame in a
# FabricPath tunnel first, so that protocol is switched off: addresses are those on the wire.
by_tshark() { # file
	tshark -n -r "$1" --disable-protocol cfp -T fields -E occurrence=f -e eth.src -e eth.dst -e frame.len 2>/dev/null | awk -F '\t' '
	function unicast(mac) { return mac != "" && mac != "00:00:00:00:00:00" && index("02468ace", substr(mac, 2, 1)) }
	unicast($1) { sent[$1]++; sent_bytes[$1] += $3; seen[$1] }
	unicast($2) { received[$2]++; received_bytes[$2] += $3; seen[$2] }
	!unicast($1) && !unicast($2) { skipped++ }
	END {
		printf "frames %d skipped %d\n", NR, skipped
		for (mac in seen)
			printf "%s %d %.0f %d %.0f\n", mac, sent[mac], sent_bytes[mac], received[mac], received_bytes[mac]
	}' | sort
}

by_iotbpf() { # file
	"$iotbpf" read --summary --json --model none "$1" 2>"$work/err" | jq -r '
		"frames \(.frames) skipped \([.skipped[]] | add // 0)",
		(.devices[] | "\(.mac) \(.tx_packets) \(.tx_bytes) \(.rx_packets) \(.rx_bytes)")' | sort
}

same() { # file
	: > "$work/diff"
	by_tshark "$1" > "$work/tshark"
	by_iotbpf "$1" > "$work/iotbpf"
	[ -s "$work/iotbpf" ] && diff "$work/tshark" "$work/iotbpf" > "$work/diff" && return 0
	echo "# $1: tshark (<) and iotbpf (>) differ:"
	sed 's/^/# /' "$work/diff" "$work/err" | head -n 8
	return 1
}

is_ethernet() { # file
	[ "$(capinfos -E -T -r "$1" 2>/dev/null | cut -f 2)" = ether ]
}

all_same() { # files on standard input; the outcome in $compared and the status
	compared=0 differ=0
	while read -r file; do
		is_ethernet "$file" || continue
		compared=$((compared + 1))
		same "$file" || differ=$((differ + 1))
	done
	[ $differ -eq 0 ] && [ $compared -gt 0 ]
}

for tool in tshark capinfos jq; do
	command -v $tool >/dev/null || { skip exactness "$tool is not installed"; echo "1..$n"; exit 0; }
done

for format in pcap nsec big pcapng; do
	tests/tools/gen-frames --seed 11 --count 4000 --set all --format $format -o "$work/$format"
	same "$work/$format"
	ok $? "4000 generated frames, well-formed and broken, as $format"
done
for seed in 1 2 3 4; do
	tests/tools/gen-frames --seed $seed --count 3000 --devices 200 --set bad --times wild --snaplen 128 -o "$work/bad"
	same "$work/bad"
	ok $? "3000 broken frames of 200 devices, cut to 128 bytes, at wild times, seed $seed"
done
for format in sll sll2 raw null wifi; do
	tests/tools/gen-frames --count 500 --format $format -o "$work/$format"
	[ "$(by_iotbpf "$work/$format")" = "frames 500 skipped 500" ] && grep -q "link type" "$work/err"
	ok $? "frames of link type $format are counted as skipped, and that is said"
done

mergecap -F pcapng -w "$work/mixed" "$work/nsec" "$work/sll" "$work/wifi" "$work/big"
[ "$(capinfos -T -r -M -E "$work/mixed" | cut -f 2)" != ether ] && same "$work/mixed"
ok $? "pcapng of interfaces with different link types and resolutions"

for folder in sentinel madea-0526 home-functions echo-voice long odd; do
	[ -d "$data/$folder" ] || { skip "$folder" "no $data/$folder"; continue; }
	find "$data/$folder" -type f \( -name '*.pcap' -o -name '*.pcapng' -o -name '*.cap' \) | sort > "$work/list"
	every=1
	[ "${FULL:-0}" = 1 ] || every=$(($(wc -l < "$work/list") / 8 + 1))
	awk "NR % $every == 0" "$work/list" > "$work/some"
	all_same < "$work/some"
	ok $? "$folder: $compared captures"
done
echo "1..$n"
