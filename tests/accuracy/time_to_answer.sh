#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Time to a right answer: from a device's first packet to the event from which on its type, or its family, is told right until the end.
# usage: time_to_answer.sh [--json] MODEL MANIFEST [ROOT]
#
# The manifest should name captures that the model has not seen. Each capture is read once, on its own clock; rows of the same file and
# MAC are one device. A device that is never told right counts as later than all others. Printed: how many were told right in the end,
# wrong, unknown or not at all, and median and 90th percentile in seconds and in packets.
set -u
O=${O:-build}
json=
[ "${1:-}" = --json ] && { json=1; shift; }
[ $# -gt 0 ] || { echo "ok 1 - time to a right answer # SKIP needs a model and a manifest"; echo 1..1; exit 0; }
[ $# -ge 2 ] || { echo "usage: $0 [--json] MODEL MANIFEST [ROOT]" >&2; exit 64; }
model=$1 manifest=$2 root=${3:-$(dirname "$2")}
[ -r "$manifest" ] || { echo "$0: cannot read $manifest" >&2; exit 66; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# TYPE FAMILY, for the types that have one.
"$O"/iotbpf model show --json "$model" | jq -r '.. | objects | select(.family? // "" != "") | [.name, .family] | @tsv' \
	> "$work/families" || exit 65
tr -d '\r' < "$manifest" | awk -F, 'NR > 1 && !seen[$1 "," $2]++ { print $1 "\t" $2 "\t" $3 }' > "$work/wanted"

# FILE MAC SECONDS PACKETS LABEL of every event that tells a type; seconds since the device's first packet.
cut -f 1 "$work/wanted" | sort -u | while IFS= read -r file; do
	"$O"/iotbpf read --json --events device --model "$model" "$root/$file" 2>>"$work/log" |
		jq -r --arg file "$file" '
			def seconds: sub("\\.(?<f>[0-9]+)Z$"; "Z") | fromdateiso8601;
			def fraction: capture("\\.(?<f>[0-9]+)Z$").f | "0.\(.)" | tonumber;
			def time: seconds + fraction;
			select(.device.action == "identified" or .device.action == "changed")
			| [$file, .device.mac, (.timestamp | time) - (.device.first | time), .device.evidence.packets // 0, .device.label] | @tsv'
done > "$work/told"
[ -s "$work/told" ] || { cat "$work/log" >&2; echo "$0: nothing was told" >&2; exit 65; }

awk -F '\t' -v json="$json" -v name="$(basename "$manifest" .csv)" -v families="$work/families" -v wanted="$work/wanted" '
	function percentile(list, n, share, i) { i = int(share * n + 0.999999); return i < 1 || !(i in list) ? "none" : list[i] }
	function sorted(from, n, to, i, j, v) {
		for (i = 1; i <= n; i++) { v = from[i]; for (j = i - 1; j > 0 && to[j] > v; j--) to[j + 1] = to[j]; to[j + 1] = v }
	}
	function shown(v, unit) { return v == "none" ? "never" : sprintf(unit == "s" ? "%.1f s" : "%d packets", v) }
	BEGIN {
		while ((getline line < families) > 0) { split(line, a, "\t"); family[a[1]] = a[2] }
		while ((getline line < wanted) > 0) { split(line, a, "\t"); want[a[1] "\t" a[2]] = a[3]; total++ }
	}
	{
		key = $1 "\t" $2
		if (!(key in want)) next
		last[key] = $5
		if ($5 != want[key] && $5 != family[want[key]]) delete at[key]
		else if (!(key in at)) { at[key] = $3 < 0 ? 0 : $3; packets[key] = $4 }
	}
	END {
		for (key in want) {
			if (key in at) { n++; s[n] = at[key]; p[n] = packets[key] }
			else if (!(key in last)) silent++
			else if (last[key] == "unknown") unknown++
			else wrong++
		}
		sorted(s, n, ss); sorted(p, n, pp)
		s50 = percentile(ss, total, .5); s90 = percentile(ss, total, .9)
		p50 = percentile(pp, total, .5); p90 = percentile(pp, total, .9)
		if (json)
			printf "{\"manifest\":\"%s\",\"devices\":%d,\"right\":%d,\"wrong\":%d,\"unknown\":%d,\"silent\":%d," \
			       "\"seconds\":{\"median\":%s,\"p90\":%s},\"packets\":{\"median\":%s,\"p90\":%s}}\n",
			       name, total, n, wrong, unknown, silent, s50 == "none" ? "null" : s50, s90 == "none" ? "null" : s90,
			       p50 == "none" ? "null" : p50, p90 == "none" ? "null" : p90
		else
			printf "%s: %d of %d devices told right in the end (%d wrong, %d unknown, %d not told); after %s (median), %s (90th " \
			       "percentile); %s, %s\n", name, n, total, wrong, unknown, silent, shown(s50, "s"), shown(s90, "s"),
			       shown(p50, "p"), shown(p90, "p")
	}' "$work/told"
