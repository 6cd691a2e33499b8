#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Damaged and reset recording clocks, and files named out of order: the series and periods stay what they were.
set -u
cd "$(dirname "$0")/../.."
iotbpf=${O:-build}/iotbpf
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
n=0

# A device that sends ARP every 5 s for 50 minutes.
python3 - "$work" <<'END'
import struct, sys
START, COUNT = 1685068609, 600
FRAME = bytes.fromhex("ffffffffffff02005e1000010806") + bytes(46)

def write(name, seconds):
    with open(sys.argv[1] + "/" + name, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, 1))
        for second in seconds:
            out.write(struct.pack("<IIII", second, 0, 60, 60) + FRAME)

plain = [START + 5 * i for i in range(COUNT)]
write("plain", plain)
write("future", plain[:20] + [4102444800] + plain[20:])
write("past", plain[:20] + [0] + plain[20:])
write("set-back", plain[:300] + [second - 7200 for second in plain[300:]])
write("b-first", plain[:300])
write("a-second", plain[300:])
END

flow() { # files
	"$iotbpf" read --summary --json --model none "$@" |
		jq -c '.devices[0] | [.first, .last, .flows[0].active_seconds, [.flows[0].periods[].seconds]]'
}

is() { # expected, got, name
	n=$((n + 1))
	if [ "$1" = "$2" ]; then echo "ok $n - $3"; else echo "not ok $n - $3"; echo "# expected $1, got $2"; fi
}

expected='["2023-05-26T02:36:49.000000Z","2023-05-26T03:26:44.000000Z",600,[5]]'
is "$expected" "$(flow "$work/plain")" "a period of 5 s"
is "$expected" "$(flow "$work/future")" "one stamp of the year 2100"
is "$expected" "$(flow "$work/past")" "one stamp of 1970"
is "$expected" "$(flow "$work/a-second" "$work/b-first")" "two files named in the wrong order"
is "[5]" "$(flow "$work/set-back" | jq -c '.[3]')" "a recording clock set back by two hours"
echo "1..$n"
