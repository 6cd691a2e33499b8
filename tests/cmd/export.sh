#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Export and import of a capture: the sums of `read --summary`, in every form; nothing of whose devices they are; what is damaged is refused.
. "$(dirname "$0")/../lib/check.sh"
/usr/bin/python3 tests/tools/gen-frames --seed 7 --count 3000 --set all -o "$work/home.pcap"
capture=$work/home.pcap
"$agent" read --summary --json --model none "$capture" > "$work/summary.json" 2> /dev/null
export_() { # ARGUMENT...
	"$agent" export --read "$capture" --model none "$@" > "$work/out" 2> "$work/err"
}

# Every flow's packets, bytes and active seconds, a line each: "MAC PROTOCOL PACKETS BYTES SECONDS".
jq -r '.devices[] | .mac as $m | .flows[] | [$m, .protocol, .packets, .bytes, .active_seconds] | join(" ")' "$work/summary.json" |
	LC_ALL=C sort > "$work/flows"
is "$([ "$(wc -l < "$work/flows")" -gt 100 ] && echo many)" many "the capture holds many flows"

export_ --identities -o "$work/home.ndjson"
is $? 0 "export as NDJSON"
jq -r 'select(.table == "flows") | [.device, .protocol, .packets, .bytes, .active_seconds] | join(" ")' "$work/home.ndjson" |
	LC_ALL=C sort | cmp -s - "$work/flows"
is $? 0 "table flows is the summary's"
jq -r 'select(.table == "series") | [.device, .protocol, .packets, .bytes] | join(" ")' "$work/home.ndjson" |
	awk '{k = $1 " " $2; p[k] += $3; b[k] += $4; n[k]++} END {for (k in p) print k, p[k], b[k], n[k]}' | LC_ALL=C sort | cmp -s - "$work/flows"
is $? 0 "table series adds up to it"
sums='[.devices[] | [.mac // .device, .tx_packets, .tx_bytes, .rx_packets, .rx_bytes]]'
is "$("$agent" import --json "$work/home.ndjson" | jq -c "$sums")" "$(jq -c "$sums" "$work/summary.json")" \
	"import says of every device what the summary says"
is "$("$agent" import --json "$work/home.ndjson" |
	jq -r '.devices[] | .device as $m | .flows[] | [$m, .protocol, .packets, .bytes, .active_seconds] | join(" ")' | LC_ALL=C sort | cksum)" \
	"$(cksum < "$work/flows")" "and of every flow"

for format in csv parquet-ready; do
	export_ --identities --format $format -o "$work/$format"
	is $? 0 "export as $format"
	/usr/bin/python3 tests/tools/check-export "$work/$format" > "$work/sums" 2> "$work/err"
	is "$? $(cat "$work/err")" "0 " "a strict reader takes every file by schema.json"
	cmp -s "$work/sums" "$work/flows"
	is $? 0 "and sums what the summary says"
	"$agent" export --import "$work/$format" --identities -q -o "$work/again.ndjson"
	cmp -s "$work/again.ndjson" "$work/home.ndjson"
	is $? 0 "import and export as NDJSON: the bytes of the first"
done
"$agent" export --import "$work/home.ndjson" --identities -q -o "$work/twice.ndjson"
cmp -s "$work/twice.ndjson" "$work/home.ndjson"
is $? 0 "NDJSON too"
is "$(cat "$work/home.ndjson" | "$agent" import - --json | jq '.devices | length')" "$(jq '.devices | length' "$work/summary.json")" \
	"import from standard input"
export_ --identities --what series --format csv
is "$(wc -l < "$work/out")" "$(wc -l < "$work/csv/series.csv")" "a single table goes to standard output"
cmp -s "$work/out" "$work/csv/series.csv"
is $? 0 "as it is in the directory"

echo "# private"
export_ --salt-file "$work/salt" -o "$work/private.ndjson"
is $? 0 "a private export is what one gets"
contains err 'left out: name, vendor' "it says what is left out"
contains err 'as tokens: device, type' "and what is replaced"
"$agent" export --import "$work/home.ndjson" --salt-file "$work/salt" -q -o "$work/same.ndjson"
cmp -s "$work/private.ndjson" "$work/same.ndjson"
is $? 0 "of an import with the same salt: the same bytes"
"$agent" export --import "$work/private.ndjson" -q -o "$work/same.ndjson"
cmp -s "$work/private.ndjson" "$work/same.ndjson"
is $? 0 "a private one is not made private twice"
jq -r '.devices[].mac' "$work/summary.json" > "$work/macs"
tr -d : < "$work/macs" > "$work/bare"
tr : - < "$work/macs" > "$work/dashes"
cut -d: -f4-6 < "$work/macs" > "$work/tails"
is "$(cat "$work/macs" "$work/bare" "$work/dashes" "$work/tails" | grep -ciFf - "$work/private.ndjson")" 0 "no address, in no spelling"
/usr/bin/python3 -c 'import sys; t = open(sys.argv[1], "rb").read(); print(sum(bytes.fromhex(m.strip()) in t for m in open(sys.argv[2])))' \
	"$work/private.ndjson" "$work/bare" > "$work/found"
is "$(cat "$work/found")" 0 "nor as bytes"
tokens() {
	grep -o '"device-[0-9a-f]*"' "$1" | sort -u
}
export_ -o "$work/other.ndjson"
tokens "$work/private.ndjson" > "$work/tokens"
is "$(wc -l < "$work/tokens")" "$(wc -l < "$work/macs")" "a token a device"
is "$(tokens "$work/other.ndjson" | comm -12 - "$work/tokens" | wc -l)" 0 "none comes back in the next export"
export_ --shift-times -o "$work/moved.ndjson"
is "$(jq -r 'select(.iotbpf_export) | .from' "$work/moved.ndjson")" "2000-01-01T00:00:00.000000Z" "times are moved"
is "$(grep -c 2023- "$work/moved.ndjson")" 0 "all of them"

echo "# dry run"
export_ --dry-run -o "$work/nothing.ndjson"
is "$? $(ls "$work/nothing.ndjson" 2> /dev/null) $(wc -c < "$work/out")" "0  0" "a dry run writes nothing"
contains err 'would leave' "and says what would leave"
is "$(awk '$1 == "series" {print $2}' "$work/err")" "$(jq '[.devices[].flows[].active_seconds] | add' "$work/summary.json")" "with its rows"

echo "# part of it"
mac=$(head -n 3 "$work/macs" | tail -n 1)
export_ --identities --device "$mac" --what series -o "$work/part.ndjson"
is "$(jq -r 'select(.table == "series") | .device' "$work/part.ndjson" | sort -u)" "$mac" "one device"
export_ --identities --since 60s --what series -o "$work/part.ndjson"
is "$(jq 'select(.iotbpf_export) | .to_s - .from_s' "$work/part.ndjson")" 60 "the last minute"
check "import of a part" 0 "$agent" import "$work/part.ndjson"
"$agent" export --import "$work/part.ndjson" --format csv -q -o "$work/part"
is "$? $(ls "$work/part" | tr '\n' ' ')" "0 devices.csv flows.csv schema.json series.csv " "export of a part: the tables that it has"
check "import of that" 0 "$agent" import "$work/part"
check "a table that it has not" 65 "$agent" export --import "$work/part" --format csv --what windows
check "a device that is none" 66 "$agent" export --read "$capture" --model none --device nobody -o "$work/x.ndjson"

echo "# refusals"
check "no such file" 66 "$agent" import "$work/none.ndjson"
check "a capture is no export" 65 "$agent" import "$capture"
check "a directory that is none" 66 "$agent" import "$work"
check "csv without a directory" 64 "$agent" export --read "$capture" --model none --format csv
check "a directory that is there" 73 "$agent" export --read "$capture" --model none --format csv -o "$work"
check "identities with a salt" 64 "$agent" export --read "$capture" --identities --salt-file "$work/salt"
check "a time that is none" 64 "$agent" export --read "$capture" --model none --since yesterday -o "$work/x.ndjson"
contains err "'yesterday' is not a time" "which says so"
lines=$(wc -l < "$work/home.ndjson")
head -n $((lines - 1)) "$work/home.ndjson" > "$work/cut.ndjson"
check "the last line is missing" 65 "$agent" import "$work/cut.ndjson"
contains err "cut" "which says so"
head -c 100000 "$work/home.ndjson" > "$work/cut.ndjson"
check "cut in a row" 65 "$agent" import "$work/cut.ndjson"
sed '2000d' "$work/home.ndjson" > "$work/cut.ndjson"
check "a row is missing" 65 "$agent" import "$work/cut.ndjson"
sed '1500s/"packets":[0-9]*/"packets":4000/' "$work/home.ndjson" > "$work/changed.ndjson"
check "a number was changed" 65 "$agent" import "$work/changed.ndjson"
sed '1500s/"table"/"extra":1,"table"/' "$work/home.ndjson" > "$work/changed.ndjson"
check "a column that is none" 65 "$agent" import "$work/changed.ndjson"
contains err "changed.ndjson:1500:" "which names the line"
cp -r "$work/csv" "$work/bad"
sed -i '2s/^[^,]*/nobody/' "$work/bad/series.csv"
check "a device that is none in CSV" 65 "$agent" import "$work/bad"
contains err "series.csv:2: device" "which names file and line"
rm "$work/bad/flows.csv"
check "a table is missing" 66 "$agent" import "$work/bad"

echo "# interrupted"
(ulimit -f 8 && trap '' XFSZ && exec "$agent" export --read "$capture" --model none --identities -q -o "$work/full.ndjson") > /dev/null 2>&1
is "$? $(ls -A "$work" | grep -c full)" "74 0" "a full disk: an error, and nothing is left"
echo "1..$n"
