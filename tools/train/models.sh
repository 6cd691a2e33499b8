#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Train the built-in model: types of devices from the setup runs of IoT Sentinel, and what an Echo does. The same captures give the same
# bytes. usage: models.sh DIRECTORY
set -eu
O=${O:-build}
data=${IOTBPF_DATA:-../shared/data}
to=$1
here=tests/accuracy
[ -r "$data/sentinel.csv" ] || { echo "models.sh: no $data/sentinel.csv: set IOTBPF_DATA" >&2; exit 66; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$to"

tr -d '\r' < "$data/sentinel.csv" > "$work/default.csv"
/usr/bin/python3 $here/cut_pauses.py --label length --root "$data" c4:95:00:e3:93:2f "Amazon Echo" "$data"/echo-voice/*.pcap \
	| tail -n +2 >> "$work/default.csv"
SOURCE_DATE_EPOCH=1795305600 "$O/iotbpf-train" --manifest "$work/default.csv" --root "$data" --types $here/sentinel-types.csv \
	--families $here/sentinel-families.csv --method extra --strict --folds 3 --windows 3 --stride 30 --name default -o "$to/default.iotm" \
	--terms "Setup runs of IoT Sentinel (Miettinen et al., ICDCS 2017; andypitcher/IoT_Sentinel, MIT). Echo: \
SmartHomePrivacyProject/VCFingerprinting (MIT, for research purposes)." \
	--limits "Device types of 2016, in the minutes after they were set up; an Echo of 2018. Of an Echo it tells the shape of traffic: \
idle, short answer, long answer, stream; not what was asked. Types of one family have the same hardware."
