#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The periods of a real home, found by `iotbpf read` in each capture of more than 100 minutes.
set -u
cd "$(dirname "$0")/../.."
O=${O:-build}
data=${IOTBPF_DATA:-../shared/data}/madea-0526
# Device as the manifest names it, protocol, period and tolerance in seconds.
expected='HBN Plug,udp/6667,5,0.1
HBN Plug,tcp/8886,60,1
Kasa Bulb,tcp/443,54,1
Roomba Robot,tcp/8883,31,1
Ultraloq Smart Lock,tcp/8883,60,1
Ring Doorbell,tcp/9998,299,2'
count=$(printf '%s\n' "$expected" | wc -l)
echo "1..$count"
skip() {
	for i in $(seq "$count"); do
		echo "ok $i - real periods # SKIP $1"
	done
	exit 0
}
[ -d "$data" ] || skip "no $data"
command -v python3 > /dev/null || skip "no python3"
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
for name in 2023-5-25_23_15_41 2023-5-26_1_13_9 2023-5-26_4_59_19 2023-5-26_6_50_54 2023-5-26_8_38_48; do
	"$O/iotbpf" read --summary --json --model none "$data/training_$name.pcap" > "$dir/$name.json" || echo "# $name: exit status $?"
done
printf '%s\n' "$expected" > "$dir/expected"
python3 - "$dir" "$data.csv" << 'EOF'
import csv, glob, json, sys

macs = {row["device"]: row["mac"] for row in csv.DictReader(open(sys.argv[2]))}
captures = [json.load(open(p)) for p in sorted(glob.glob(sys.argv[1] + "/*.json"))]


def periods(capture, mac, protocol):
    return [p["seconds"] for d in capture["devices"] if d["mac"] == mac
            for f in d["flows"] if f["protocol"] == protocol for p in f["periods"]]


for i, line in enumerate(open(sys.argv[1] + "/expected"), 1):
    name, protocol, seconds, tolerance = line.strip().split(",")
    found = [[s for s in periods(c, macs[name], protocol) if abs(s - float(seconds)) <= float(tolerance)] for c in captures]
    good = len(captures) == 5 and all(found)
    print("%sok %d - %s %s every %s s: %s" % ("" if good else "not ", i, name, protocol, seconds,
                                              ", ".join("%.2f" % f[0] if f else "none" for f in found)))
EOF
