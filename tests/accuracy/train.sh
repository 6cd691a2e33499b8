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
	[ $? -eq "$code" ] && [ "$(grep -vc ': done in\|libxgboost: \|captures, \|lines of the manifest' "$dir/log")" -eq 1 ] && grep -q "$pattern" "$dir/log"
	ok $? "$name"
}

head='file,mac,device,function,start,end,trial'
echo "$head" > "$dir/lab.csv"
for seed in 1 2 3; do
	"$O/iotbpf-lab" synth -o "$dir/$seed.pcap" --manifest "$dir/$seed.csv" --seconds 120 --seed $seed \
		--devices tuya-bulb,kasa-bulb,ring-chime,wyze-cam > "$dir/log" 2>&1
	tail -n +2 "$dir/$seed.csv" >> "$dir/lab.csv"
done
train --manifest "$dir/lab.csv" --root "$dir" -o "$dir/lab.iotm" --method extra
ok $? "trains on captures of the lab"
share "= device  " 1.0
ok $? "tells the lab's devices apart"
share "= device and function" 0.85
ok $? "tells device and function of the lab"
train --manifest "$dir/lab.csv" --root "$dir" -o "$dir/again.iotm" --method extra && cmp -s "$dir/lab.iotm" "$dir/again.iotm"
ok $? "the same seed gives the same bytes"
train --manifest "$dir/lab.csv" --root "$dir" --method forest --folds 2 --windows 6 --stride 15 && share "= device  " 1.0
ok $? "a random forest does it too"
train --manifest "$dir/lab.csv" --root "$dir" -o "$dir/held.iotm" --method boost --folds 2 --windows 6 --stride 15 --holdout '*/3' && grep -q "Trials held out" "$dir/out"
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

printf '%s\n%s\n%s\n' "$head" "1.pcap,02:00:00:00:00:01,a,f,0,9,t" "1.pcap,02:00:00:00:00:01,a,g,8,12,u" > "$dir/bad.csv"
refused 65 'bad.csv:3: the interval overlaps the one of line 2' "intervals that overlap" --manifest "$dir/bad.csv" --root "$dir"
printf '%s\n%s\n%s\n' "$head" "1.pcap,02:00:00:00:00:01,a,f,0,9,t" "1.pcap,02:00:00:00:00:01,a,f,9,9,u" > "$dir/bad.csv"
refused 65 'bad.csv:3: the end is not after' "an empty interval" --manifest "$dir/bad.csv" --root "$dir"
printf '%s\n%s\n%s\n' "$head" "1.pcap,02:00:00:00:00:01,a,,,,t" "2.pcap,02:00:00:00:00:02,b,,,,u" > "$dir/bad.csv"
refused 65 'bad.csv:2: device "a" has a single trial' "a device with one trial" --manifest "$dir/bad.csv" --root "$dir"
printf '%s\n%s\n%s\n' "$head" "1.pcap,02:00:00:00:00:01,a,on,0,9,t" "1.pcap,02:00:00:00:00:01,a,off,9,12,u" > "$dir/bad.csv"
refused 65 'bad.csv:[23]: function "o[a-z]*" of "a" has a single trial' "a function with one trial" --manifest "$dir/bad.csv" --root "$dir"
printf '%s\n%s\n%s\n' "$head" "1.pcap,02:00:00:ff:00:01,a,,,,t" "2.pcap,02:00:00:ff:00:01,a,,,,u" > "$dir/bad.csv"
refused 65 'bad.csv:2: nothing to train .*02:00:00:ff:00:01' "a MAC address that is in no capture" --manifest "$dir/bad.csv" --root "$dir"
cp "$dir/lab.iotm" "$dir/kept.iotm"
refused 65 'nothing to train' "what cannot be trained on" --manifest "$dir/bad.csv" --root "$dir" -o "$dir/kept.iotm"
cmp -s "$dir/lab.iotm" "$dir/kept.iotm"
ok $? "does not replace the model that is there"
# Of three functions of one device, the first is of a time when the captures are over: the other two are what is left.
{
	echo "$head"
	for seed in 1 2 3; do
		echo "$seed.pcap,10:d5:61:24:6e:01,bulb,off,500,510,off/$seed"
		echo "$seed.pcap,10:d5:61:24:6e:01,bulb,on,0,45,on/$seed"
		echo "$seed.pcap,10:d5:61:24:6e:01,bulb,blink,45,90,blink/$seed"
		awk -F, -v seed=$seed 'NR > 1 && $1 == seed ".pcap" && $2 != "10:d5:61:24:6e:01" && !seen[$2]++ { print $1 "," $2 "," $3 ",,,,all/" seed }' "$dir/lab.csv"
	done
} > "$dir/half.csv"
train --manifest "$dir/half.csv" --root "$dir" --method extra --folds 2 --windows 4 --stride 20 -o "$dir/half.iotm" &&
	grep -q 'half.csv: nothing to train function "off" of "bulb" on' "$dir/log" &&
	[ "$("$O/iotbpf" model show --json "$dir/half.iotm" | jq -r '.devices[] | select(.name == "bulb") | [.functions[] | "\(.name) \(.trials)"] | join(", ")')" = "on 3, blink 3" ]
ok $? "a function without a packet is named and left out, and the others keep their trials"
printf '%s,colour\n' "$head" > "$dir/bad.csv"
refused 65 'a column that no manifest has' "an unknown column" --manifest "$dir/bad.csv"
printf 'device,family\na,x\na,y\n' > "$dir/families.csv"
refused 65 'families.csv:3: named before' "a family named twice" --manifest "$dir/lab.csv" --root "$dir" --families "$dir/families.csv"
refused 64 'takes up to 8 numbers' "a view that is no number" --manifest "$dir/lab.csv" --root "$dir" --folds 2 --method extra --first 3,x

printf '%s,family,person\n' "$head" > "$dir/people.csv"
tail -n +2 "$dir/lab.csv" | awk -F, '{ print $0 "," ($3 ~ /Bulb/ ? "bulb" : "") ",home" substr($1, 1, 1) }' >> "$dir/people.csv"
train --manifest "$dir/people.csv" --root "$dir" -o "$dir/auto.iotm" --name auto --report "$dir/auto.html" --json "$dir/auto.json" --first 12 \
	--every 60 --matrices --open-set --folds 2 --windows 4 --stride 20 && grep -q '</html>' "$dir/auto.html" && ! grep -q 'src=\|href=' "$dir/auto.html"
ok $? "the best method for each stage and scale, reports, unknown devices"
[ "$(jq -r '.validation | keys | join(" ")' "$dir/auto.json")" = "capture person trial windows" ] && jq -e '.views | length == 2' "$dir/auto.json" > /dev/null
ok $? "accuracy by windows, trial and person as JSON"
"$O/iotbpf" model show --json "$dir/auto.iotm" > "$dir/card" 2>> "$dir/log" && grep -q '"family" *: *"bulb"' "$dir/card"
ok $? "the card has families"
train --manifest "$dir/lab.csv" --root "$dir" -o "$dir/paper.iotm" --method extra --features paper --folds 2
ok $? "the paper's own vector, for comparison"
"$O/iotbpf" read --summary --model "$dir/paper.iotm" "$dir/1.pcap" > "$dir/out" 2> "$dir/log"
[ $? -ne 0 ] && grep -q 'home' "$dir/log"
ok $? "the agent refuses a model that knows the home"

name="six Sentinel devices by setup runs kept apart"
if [ -r "$data/sentinel.csv" ]; then
	echo "$head" > "$dir/six.csv"
	grep -E ',(Aria|D-LinkDayCam|EdnetGateway|HomeMaticPlug|MAXGateway|Withings),' "$data/sentinel.csv" >> "$dir/six.csv"
	train --manifest "$dir/six.csv" --root "$data" --method extra && share "= device  " 0.97
	ok $? "$name"
else
	n=$((n + 1))
	echo "ok $n - $name # SKIP no $data/sentinel.csv"
fi
echo "1..$n"
