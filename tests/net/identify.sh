#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The whole way on real input: a model trained on setup runs of real devices names, live on a bridge, devices from runs that it has
# never seen; the same file through `iotbpf read` gives the same answer; every event passes the schema.
set -u
cd "$(dirname "$0")/../.."
O=${O:-build}
data=${IOTBPF_DATA:-../shared/data}
prefix=ident
. tests/lib/tap.sh

skip() {
	echo "ok 1 - live identification # SKIP $1"
	echo 1..1
	exit 0
}

[ "$(id -u)" = 0 ] || skip "needs root"
[ -f "$data/sentinel.csv" ] || skip "needs the captures of \$IOTBPF_DATA"
work=$(mktemp -d)
agent=
trap '[ -z "$agent" ] || kill "$agent" 2>/dev/null; "$O"/iotbpf-lab down --prefix $prefix >/dev/null 2>&1; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

# The runs named here are kept out of the training.
held="Withings/Setup-C-4-STA Aria/Setup-A-5-STA"
grep -E '^file|/(Aria|Withings|EdnetGateway|HomeMaticPlug|MAXGateway|Lightify)/' "$data/sentinel.csv" | tr -d '\r' > "$work/all.csv"
held_lines=$(grep -c -E "$(echo "$held" | tr ' ' '|')" "$work/all.csv")
[ "$held_lines" -eq 2 ]
ok $? "the runs kept apart exist"
grep -v -E "$(echo "$held" | tr ' ' '|')" "$work/all.csv" > "$work/train.csv"
"$O"/iotbpf-train --manifest "$work/train.csv" --root "$data" --method boost --windows 20 --folds 2 -o "$work/model.iotm" \
	> "$work/train.txt" 2> "$work/train.err"
ok $? "train on six devices"

# identify RUN: replay it at its own pace into a bridge that the agent watches.
identify() {
	run=$1 want=${1%%/*}
	file=$(grep -E ",$run\$" "$work/all.csv" | cut -d, -f1)
	mac=$(grep -E ",$run\$" "$work/all.csv" | cut -d, -f2)
	"$O"/iotbpf-lab replay --prefix $prefix --wire-only --keep "$data/$file" > /dev/null 2>&1
	ok $? "$run: bridge and ports"
	nsenter --net=/run/netns/$prefix-rtr "$O"/iotbpf run --model "$work/model.iotm" --socket none --format json br-lan \
		> "$work/events" 2> "$work/log" &
	agent=$!
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		grep -q '"start"' "$work/events" 2>/dev/null && break
		sleep 0.2
	done
	"$O"/iotbpf-lab replay --prefix $prefix --hello --keep "$data/$file" > /dev/null 2>&1
	sleep 7 # past the idle time, when an unfinished window is taken into account
	kill -INT $agent
	wait $agent
	ok $? "$run: the agent ends by itself"
	agent=
	"$O"/iotbpf-lab down --prefix $prefix > /dev/null 2>&1
	got=$(jq -r --arg mac "$mac" 'select(.event_type == "device" and .device.mac == $mac and .device.action == "identified") | .device.label' \
		"$work/events" | tail -n 1)
	[ "$got" = "$want" ] || sed 's/^/# /' "$work/log"
	[ "$got" = "$want" ]
	ok $? "$run: live, $mac is '$got'"
	said=$("$O"/iotbpf read --summary --json --model "$work/model.iotm" --device "$mac" "$data/$file" | jq -r '.devices[0].device.label')
	[ "$said" = "$want" ]
	ok $? "$run: read, it is '$said'"
	tests/tools/validate-events < "$work/events" > "$work/valid" 2>&1 || sed 's/^/# /' "$work/valid"
	grep -q 'device [1-9]' "$work/valid"
	ok $? "$run: events pass the schema"
}

for run in $held; do
	identify "$run"
done
echo "1..$n"
