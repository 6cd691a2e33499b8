#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# iotbpf-train end to end: on captures of the repository's own lab, on bad input, and on a part of the Sentinel captures where present.
set -u
cd "$(dirname "$0")/../.."
O=${O:-build}
data=${IOTBPF_DATA:-../shared/data}
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
n=0

# ok STATUS NAME: one result; what the trainer said follows a failure.
ok() {
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		sed 's/^/# /' "$dir/log" | tail -n 20
	fi
}

train() {
	"$O/iotbpf-train" "$@" > "$dir/out" 2> "$dir/log"
}

# share LINE MINIMUM: the last column of the line that begins with LINE is at least MINIMUM.
share() {
	awk -v key="$1" -v min="$2" 'index($0, key) == 1 { value = $NF; found = 1 }
		END { printf "# %s: %s (at least %s)\n", key, value, min; exit !(found && value >= min) }' "$dir/out"
}

# refused EXIT PATTERN NAME ARGUMENT...: exit code and a single line that matches.
refused() {
	code=$1 pattern=$2 name=$3
	shift 3
	train "$@"
	[ $? -eq "$code" ] && [ "$(grep -vc ': done in\|libxgboost: ' "$dir/log")" -eq 1 ] && grep -q "$pattern" "$dir/log"
	ok $? "$name"
}

head='file,mac,device,function,start,end,trial'
echo "$head" > "$dir/lab.csv"
for seed in 1 2 3; do
	"$O/iotbpf-lab" synth -o "$dir/$seed.pcap" --manifest "$dir/$seed.csv" --seconds 120 --seed $seed \
		--devices tuya-bulb,kasa-bulb,ring-chime,wyze-cam > "$dir/log" 2>&1
	tail -n +2 "$dir/$seed.csv" >> "$dir/lab.csv"
done
train --manifest "$dir/lab.csv" --root "$dir" -o "$dir/lab.iotm" --method boost
ok $? "trains on captures of the lab"
share "= device  " 1.0
ok $? "tells the lab's devices apart"
share "= device and function" 0.85
ok $? "tells device and function of the lab"
train --manifest "$dir/lab.csv" --root "$dir" -o "$dir/again.iotm" --method boost && cmp -s "$dir/lab.iotm" "$dir/again.iotm"
ok $? "the same seed gives the same bytes"
train --manifest "$dir/lab.csv" --root "$dir" --method forest && share "= device  " 1.0
ok $? "a random forest does it too"
train --manifest "$dir/lab.csv" --root "$dir" -o "$dir/held.iotm" --method boost --holdout '*/3' && grep -q "Trials held out" "$dir/out"
ok $? "measures on trials held out"

refused 66 'no such file\|No such file' "a manifest that is not there" --manifest "$dir/none.csv"
echo "file,mac" > "$dir/bad.csv"
refused 65 'bad.csv:1: ' "another header" --manifest "$dir/bad.csv"
printf '%s\n1.pcap,zz,a,,,,t\n' "$head" > "$dir/bad.csv"
refused 65 'bad.csv:2: not a device.s MAC' "a field that is no MAC address" --manifest "$dir/bad.csv" --root "$dir"
printf '%s\n1.pcap,02:00:00:00:00:01,a,f,9,3,t\n' "$head" > "$dir/bad.csv"
refused 65 'bad.csv:2: the end' "an interval that ends before it begins" --manifest "$dir/bad.csv" --root "$dir"
printf '%s\n1.pcap,02:00:00:00:00:01,a,f\n' "$head" > "$dir/bad.csv"
refused 65 'bad.csv:2: 4 fields' "a line with fields missing" --manifest "$dir/bad.csv" --root "$dir"
printf '%s\nnone.pcap,02:00:00:00:00:01,a,,,,t\n' "$head" > "$dir/bad.csv"
refused 66 'none.pcap' "a capture that is not there" --manifest "$dir/bad.csv" --root "$dir"
printf '%s\nlab.csv,02:00:00:00:00:01,a,,0,5,t\nlab.csv,02:00:00:00:00:01,a,,5,9,u\n' "$head" > "$dir/bad.csv"
refused 65 'lab.csv: ' "a capture that is none" --manifest "$dir/bad.csv" --root "$dir"
echo "$head" > "$dir/bad.csv"
refused 65 'bad.csv: no captures' "an empty manifest" --manifest "$dir/bad.csv"
refused 73 'cannot write' "a place that cannot be written" --manifest "$dir/lab.csv" --root "$dir" -o "$dir/none/x.iotm"
refused 64 'manifest' "no manifest at all" -o "$dir/x.iotm"

name="six Sentinel devices by setup runs kept apart"
if [ -r "$data/sentinel.csv" ]; then
	echo "$head" > "$dir/six.csv"
	grep -E ',(Aria|D-LinkDayCam|EdnetGateway|HomeMaticPlug|MAXGateway|Withings),' "$data/sentinel.csv" >> "$dir/six.csv"
	train --manifest "$dir/six.csv" --root "$data" --method boost && share "= device  " 0.97
	ok $? "$name"
else
	n=$((n + 1))
	echo "ok $n - $name # SKIP no $data/sentinel.csv"
fi
echo "1..$n"
