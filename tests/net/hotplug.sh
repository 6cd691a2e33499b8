#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Ports come, go, change names and bridges in random bursts, under each hook: a second later each port of the bridge has its two hooks and
# nothing else has any; at the end nothing is left. FULL=1: 1,000 changes. SEED=N: the same ones again.
. "$(dirname "$0")/../lib/net.sh"
seed=${SEED:-$(date +%s)}
changes="tcx:40 clsact:30 xdp:30"
[ -z "${FULL:-}" ] || changes="tcx:400 clsact:300 xdp:300"

quiet_stack
echo "# SEED=$seed"
for what in $changes; do
	hook=${what%:*} count=${what#*:}
	python3 tests/soak/hotplug.py "$agent" "$hook" "$count" "$seed" "$work" > "$work/result" 2> "$work/err" || sed 's/^/# /' "$work/err"
	jq -r '"# \(.hook): \(.changes) changes in \(.bursts) bursts (\(.kinds | to_entries | map("\(.value) \(.key)") | join(", "))); hooks equal ports after " +
		"\(.seconds | add / length * 1000 | round) ms in the mean, \(.seconds | max * 1000) ms at most; " +
		"held \(.held.prog) programs, \(.held.map) maps, \(.held.link) links"' "$work/result"
	is "$(jq -c '[.changes, .exit, .wrong]' "$work/result")" "[$count,0,[]]" "$hook: $count changes, and each time hooks equal ports"
	is "$(jq '.seconds | max <= 1' "$work/result")" true "$hook: within a second"
	is "$(jq -c '[.left, .held.prog > 0]' "$work/result")" "[[],true]" "$hook: no program, map, link, filter or qdisc is left"
	house_down
done
finish
