#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Every configured period is found, follow-ups too, and none that is not there; over synthesised hours and days.
# With functions on the same flows, half of the time, a keepalive of two minutes may show only twice in 15 minutes:
# of 32 periods 30 are then enough.
set -u
O=${O:-build}
work=$(mktemp -d)
n=0
trap 'rm -rf "$work"' EXIT

# The score line: "..., periods due F of D (S not there)".
score() { # seconds, seed, devices, functions
	"$O/iotbpf-lab" synth ${4:+--functions "$4"} --seconds "$1" --seed "$2" --devices "$3" -o "$work/p.pcap" \
		--truth "$work/p.json" 2>/dev/null &&
		"$O/iotbpf" read --model none "$work/p.pcap" >"$work/events" &&
		tests/tools/validate-events <"$work/events" >"$work/valid" &&
		"$O/iotbpf-lab" compare --truth "$work/p.json" "$work/events" >"$work/table" &&
		sed -n 's/.*periods due \([0-9]*\) of \([0-9]*\) (\([0-9]*\) not there)/\1 \2 \3/p' "$work/table"
}

check() { # name, seconds, seed, devices, functions (empty: all), periods that may be missed, that may be not there
	n=$((n + 1))
	missed=$6 strange=$7
	set -- "$1" $(score "$2" "$3" "$4" "$5")
	if [ $# -eq 4 ] && [ "$2" -gt 0 ] && [ "$2" -ge $(($3 - missed)) ] && [ "$4" -le "$strange" ]; then
		echo "ok $n - $1: $2 of $3 due periods, $4 not there"
	else
		echo "not ok $n - $1: ${2:-?} of ${3:-?} due periods, ${4:-?} not there"
		grep -E 'missed|not there' "$work/table" | sed 's/^/# /'
	fi
}

for seed in 1 2 3; do
	check "two hours, seed $seed" 7200 $seed all none 0 0
done
check "two days" 172800 4 tuya-bulb,nest-tstat,wyze-cam,baixin-bulb none 0 0
for seed in 1 2 3 4; do
	check "15 minutes with functions, seed $seed" 900 $seed all "" 2 0
done
check "two hours with functions" 7200 1 all "" 0 0
echo "1..$n"
