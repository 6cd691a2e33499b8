#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Time to a right answer: from a device's first packet to the event from which on its type, or its family, is told right until the end.
# usage: time-to-answer.sh [--json] MODEL MANIFEST [ROOT]
#        time-to-answer.sh [--json] --train MANIFEST [ROOT [OPTION...]]
#
# With --train every fifth trial of a device is kept out, a model is trained on the others (OPTION... are the trainer's), and what was kept
# out is measured; else the manifest should name captures that the model has not seen. Each capture is read once, on its own clock; rows of
# the same file and MAC are one device, if they are in it at all. A device that is never told right counts as later than all others.
# Printed: how many were told right in the end, wrong, unknown or not at all, and median and 90th percentile in seconds and in packets.
set -u
O=${O:-build}
json='' train=''
[ "${1:-}" = --json ] && { json=1; shift; }
[ $# -ge 2 ] || { echo "usage: $0 [--json] MODEL|--train MANIFEST [ROOT [OPTION...]]" >&2; exit 64; }
[ "$1" = --train ] && train=1
model=$1 manifest=$2 root=${3:-$(dirname "$2")}
shift 2
[ $# -eq 0 ] || shift
[ -r "$manifest" ] || { echo "$0: cannot read $manifest" >&2; exit 66; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# DEVICE,TYPE of the trainer's --types: what the model calls a device.
types=/dev/null previous=''
for option in "$@"; do
	[ "$previous" = --types ] && types=$option
	previous=$option
done
tr -d '\r' < "$manifest" > "$work/all"
if [ -n "$train" ]; then
	model=$work/model.iotm
	# Trials, not rows: all of a trial is kept out.
	awk -F, 'NR > 1 && !seen[$7]++ && ++n[$3] % 5 == 0 { print $7 }' "$work/all" > "$work/held"
	"$O"/iotbpf-train --manifest "$manifest" --root "$root" --method "${METHOD:-extra}" --folds 2 --by trial \
		--holdout "$(paste -s -d, "$work/held")" "$@" -o "$model" > "$work/train.out" 2> "$work/train.err" ||
		{ tail -n 3 "$work/train.err" >&2; exit 65; }
	awk -F, 'NR == FNR { held[$0]; next } FNR == 1 || $7 in held' "$work/held" "$work/all" > "$work/part"
	mv "$work/part" "$work/all"
fi
awk -F, -v types="$types" 'BEGIN { while ((getline line < types) > 0) { split(line, a, ","); type[a[1]] = a[2] } }
	NR > 1 && !seen[$1 "," $2]++ { print $1 "\t" $2 "\t" ($3 in type ? type[$3] : $3) }' "$work/all" > "$work/wanted"

# TYPE FAMILY, for the types that have one.
"$O"/iotbpf model show --json "$model" | jq -r '.. | objects | select(.family? // "" != "") | [.name, .family] | @tsv' \
	> "$work/families" || exit 65

# FILE MAC SECONDS PACKETS LABEL of every event that tells a type, and of a device's first, without a label; seconds since its first packet.
cut -f 1 "$work/wanted" | sort -u | while IFS= read -r file; do
	"$O"/iotbpf read --json --events device --model "$model" "$root/$file" 2>>"$work/log" |
		jq -r --arg file "$file" '
			def seconds: sub("\\.(?<f>[0-9]+)Z$"; "Z") | fromdateiso8601;
			def fraction: capture("\\.(?<f>[0-9]+)Z$").f | "0.\(.)" | tonumber;
			def time: seconds + fraction;
			select(.device.action != "gone")
			| [$file, .device.mac, (.timestamp | time) - (.device.first | time), .device.evidence.packets // 0, .device.label // ""] | @tsv'
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
		while ((getline line < wanted) > 0) { split(line, a, "\t"); want[a[1] "\t" a[2]] = a[3] }
	}
	{
		key = $1 "\t" $2
		if (!(key in want)) next
		if (!seen[key]++) total++
		if ($5 == "") next
		last[key] = $5
		if ($5 != want[key] && $5 != family[want[key]]) delete at[key]
		else if (!(key in at)) { at[key] = $3 < 0 ? 0 : $3; packets[key] = $4 }
	}
	END {
		for (key in want) {
			if (!(key in seen)) absent++
			else if (key in at) { n++; s[n] = at[key]; p[n] = packets[key] }
			else if (!(key in last)) silent++
			else if (last[key] == "unknown") unknown++
			else wrong++
		}
		sorted(s, n, ss); sorted(p, n, pp)
		s50 = percentile(ss, total, .5); s90 = percentile(ss, total, .9)
		p50 = percentile(pp, total, .5); p90 = percentile(pp, total, .9)
		if (json)
			printf "{\"manifest\":\"%s\",\"devices\":%d,\"right\":%d,\"wrong\":%d,\"unknown\":%d,\"silent\":%d,\"absent\":%d," \
			       "\"seconds\":{\"median\":%s,\"p90\":%s},\"packets\":{\"median\":%s,\"p90\":%s}}\n",
			       name, total, n, wrong, unknown, silent, absent, s50 == "none" ? "null" : s50, s90 == "none" ? "null" : s90,
			       p50 == "none" ? "null" : p50, p90 == "none" ? "null" : p90
		else
			printf "%s: %d of %d devices told right in the end (%d wrong, %d unknown, %d not told); after %s (median), %s (90th " \
			       "percentile); %s, %s\n", name, n, total, wrong, unknown, silent, shown(s50, "s"), shown(s90, "s"),
			       shown(p50, "p"), shown(p90, "p")
	}' "$work/told"
