#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# A router's life in short: 64 devices talk while ports come, go, flap and change names and bridges, addresses flood, the disk is full, the clock
# steps, the agent is stopped, reloaded, killed and upgraded, at random. T=30m is how long (`make soak`), SEED=N the same again, OTHER=AGENT another
# build to upgrade to and from, LOG=FILE what happened when. Ends with the account: frames sent = counted + refused by reason + sent to no hook.
. "$(dirname "$0")/../lib/net.sh"
t=${T:-20s} seed=${SEED:-$(date +%s)} log=${LOG:-$work/happened}
case $t in
*h) seconds=$((${t%h} * 3600)) ;;
*m) seconds=$((${t%m} * 60)) ;;
*) seconds=${t%s} ;;
esac

[ "$seconds" -gt 0 ] || skip_all "T=$t"

events_of() { # all events pass the schema; the last line of an agent that was killed may be cut
	for f in "$work"/events.*; do
		sed '${/}$/!d}' "$f"
	done
}

report() { # jq filter
	jq -r "$1" "$work/result"
}

mount -t bpf none /sys/fs/bpf || skip_all "needs a bpf file system"
mkdir "$work/state"
mount -t tmpfs -o size=8m none "$work/state" || skip_all "may not mount a tmpfs"
echo "# T=$t SEED=$seed"
# shellcheck disable=SC2086 # none or one
python3 tests/soak/soak.py "$work" "$work/state" "$O/iotbpf-lab" "$seconds" "$seed" "$agent" ${OTHER:-} > "$work/result" 2> "$log"
report '"# \(.seconds) s: \(.happened | to_entries | map("\(.value) \(.key)") | join(", "))"'
report '"# hooks equal ports after \(.hooks_seconds.mean * 1000 | round) ms in the mean, \(.hooks_seconds.max * 1000) ms at most, \(.hooks_seconds.n) times"'
report '"# came in \(.came) = known devices \(.known) + strangers \(.strangers)\([.refused | to_entries[] | select(.value > 0) | " + \(.key) \(.value)"] | add // "") + " +
	"while there was no hook \(.unhooked); counted, but odd: \(.partial | tostring); packets the agent read too late: \(.missed_packets)"'
report '.lives[] | select(.cpu and (.kb | length > 0)) | "# agent with \(.hook), \(.seconds) s: \(.kb[0][1]) to \(.kb[-1][1]) kB, at most \([.kb[][1]] | max); descriptors \(.fds | unique | map(tostring) | join(", ")); " +
	"\(100 * .cpu / .seconds * 100 | round / 100) % of a processor; history written \(.writes) times, \(.failures) times not"'
[ "$(report .clock)" = true ] || echo "# the clock was not stepped: needs libfaketime"
is "$(report '.wrong | length')" 0 "$(report .audits) times every port's and every device's frames are counted to the last, and hooks follow ports"
grep "hooks equal ports after" "$log"
report '.wrong[]' | sed 's/^/# /'
is "$(report '.came - .unhooked - .known - .strangers - ([.refused[]] | add)')" 0 "frames that came in = counted + refused by reason + came to no hook"
is "$(report '.hooks_seconds.max <= 1')" true "hooks equal ports within a second"
room=32000
! nm -D "$agent" 2> /dev/null | grep -q __asan_init || room=320000 # kB; sanitizers keep what was freed
is "$(report "[.lives[].kb[] | select(.[1] > $room)] | length")" 0 "never more than $((room / 1000)) MB resident: a home, its floods and who watches it"
is "$(report '[.lives[].kb | map(select(.[0] > 660) | .[1]) | select(length > 5) | (.[-3:] | add / 3) - (.[:3] | add / 3) | select(. > 1024)] | length')" 0 "memory is flat once what is kept for ten minutes is there"
is "$(report '[.lives[].fds | select(length > 0 and max - min > 2)] | length')" 0 "descriptors are flat"
is "$(report '[.exit, .left] | tostring')" "[0,[]]" "the agent ends well, and no program, map, link, filter or qdisc is left"
umount "$work/state"
events_of > "$work/events"
if [ -z "${IOTBPF_NO_SCHEMA:-}" ] && ! tests/tools/validate-events < "$work/events" > "$work/valid" 2>&1; then
	sed 's/^/# /' "$work/valid"
	events_bad=1
fi
finish
