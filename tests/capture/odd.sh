#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Files that are odd, broken or no captures at all go through `read` without a crash, a hang or more than a line of complaint. On
# generated files and, where IOTBPF_DATA is, on real ones.
set -u
cd "$(dirname "$0")/../.."
iotbpf=${O:-build}/iotbpf
data=${IOTBPF_DATA:-../shared/data}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. tests/lib/tap.sh
seconds=1 # of processor time; a test on a busy machine may wait longer than that
[ "${SANITIZE:-0}" = 1 ] && seconds=4

read_it() { # files
	(ulimit -t "$seconds"; exec timeout --signal=KILL 20 "$iotbpf" read --summary --json --model none "$@") \
		> "$work/out" 2> "$work/err"
}

# Ends in time with 0 or EX_DATAERR, without a word of a sanitizer.
sane() { # file
	read_it "$1"
	status=$?
	if [ $status -ne 0 ] && [ $status -ne 65 ] ||
	   [ -s "$work/err" ] && { [ "$(grep -c . "$work/err")" -gt 1 ] || grep -q 'runtime error' "$work/err"; }; then
		echo "# $1: status $status"
		head -n 5 "$work/err" | sed 's/^/# /'
		return 1
	fi
	cat "$work/out" >> "$work/results"
}

all_sane() { # files on standard input, their number in $files; what they print is JSON
	files=0 bad=0
	: > "$work/results"
	while read -r file; do
		files=$((files + 1))
		sane "$file" || bad=$((bad + 1))
	done
	[ $bad -eq 0 ] && [ $files -gt 0 ] && jq -es 'length > 0 and all(.frames >= 0)' "$work/results" > "$work/all"
}

# One line, naming the file and the cause, and this exit status.
refuses() { # status, pattern, file, name
	read_it "$3"
	status=$?
	[ $status -eq "$1" ] && [ "$(grep -c . "$work/err")" -eq 1 ] && grep -q "$2" "$work/err"
	r=$?
	[ $r -eq 0 ] || { echo "# status $status"; sed 's/^/# /' "$work/err"; }
	ok $r "$4"
}

frames=tests/tools/gen-frames
for seed in 1 2 3 4 5 6; do
	$frames --seed $seed --count 1500 --set bad --times wild --devices $((seed * 40)) -o "$work/bad.$seed"
	$frames --seed $seed --count 300 --set bad --times wild --format pcapng -o "$work/bad-ng.$seed"
done
ls "$work"/bad* > "$work/list"
all_sane < "$work/list"
ok $? "$files captures of broken frames at wild times"

# The same bytes with some changed anywhere, headers of file and records included.
python3 - "$work" <<'END'
import random, sys
for seed in range(60):
    r = random.Random(seed)
    source = "%s/bad%s.%d" % (sys.argv[1], r.choice(("", "-ng")), 1 + seed % 6)
    data = bytearray(open(source, "rb").read()[:40000])
    for _ in range(r.choice((1, 5, 50))):
        data[r.randrange(r.choice((24, 400, len(data))))] = r.randrange(256)
    open("%s/flipped.%d" % (sys.argv[1], seed), "wb").write(data[:r.randrange(len(data))] if seed % 3 == 0 else data)
END
ls "$work"/flipped* > "$work/list"
all_sane < "$work/list"
ok $? "$files captures with bytes changed or cut off"

mkdir "$work/folder"
: > "$work/empty"
head -c 1000 "$work/bad.1" > "$work/cut"
head -c 1000 "$work/bad-ng.1" > "$work/cut-ng"
head -c 12 "$work/bad.1" > "$work/cut-header"
gzip -c "$work/bad.1" > "$work/packed"
head -c 100000 /dev/urandom > "$work/noise"
refuses 66 "no such file" "$work/absent" "a file that is not there"
refuses 66 "is a directory" "$work/folder" "a directory"
refuses 65 "empty" "$work/empty" "an empty file"
refuses 65 "empty" /dev/null "an empty stream"
refuses 65 "not a pcap or pcapng capture" "$0" "a foreign file"
refuses 65 "capture" "$work/noise" "random bytes"
refuses 65 "gzip -dc" "$work/packed" "a compressed capture"
refuses 65 "cut within its file header" "$work/cut-header" "a capture cut within the file header"
refuses 65 "cut after [1-9][0-9]* frames" "$work/cut" "a cut pcap file"
jq -e '.frames > 0' "$work/out" > /dev/null
ok $? "the frames before the cut count"
refuses 65 "cut after [1-9][0-9]* frames" "$work/cut-ng" "a cut pcapng file"
jq -e '.frames > 0' "$work/out" > /dev/null
ok $? "the frames before the cut count in pcapng too"
read_it "$work/absent" "$work/bad.1" "$work/empty"
[ $? -ne 0 ] && [ "$(jq .frames "$work/out")" = 1500 ] && [ "$(grep -c . "$work/err")" -eq 2 ]
ok $? "a file that cannot be read does not keep the others from being read"
read_it - < "$work/bad.1" && [ "$(jq .frames "$work/out")" = 1500 ]
ok $? "standard input from a file"
cat "$work/bad.1" | read_it - && [ "$(jq .frames "$work/out")" = 1500 ]
ok $? "standard input from a pipe"

if [ -d "$data/odd" ]; then
	find "$data/odd" -type f ! -name '*.txt' ! -name '*.md' ! -name 'LICENSE*' | sort > "$work/list"
	all_sane < "$work/list"
	ok $? "$files odd captures"
else
	n=$((n + 1))
	echo "ok $n - odd captures # SKIP no $data/odd"
fi
echo "1..$n"
