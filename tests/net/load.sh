#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Alone: it measures processor time.
# A home of 64 devices and 1,000 flows, all active: processor time, resident memory, and allocations. FULL=1 measures for longer, after
# some minutes: then all is warm, and only a list that a new finding lengthens is allocated, not once in ten seconds; before that the
# rings of recent packets still double, device by device. LOAD_MODEL: a model file instead of the built-in one. The limits are not held against a build with sanitizers.
. "$(dirname "$0")/../lib/net.sh"

warm=5 measured=5 rate=6 calls_max=$((64 * 5))
[ -z "${FULL:-}" ] || warm=260 measured=120 rate=8 calls_max=12

# Nanoseconds on a processor: of the one thread, user and system.
busy_ns() {
	cut -d' ' -f1 "/proc/$agent_pid/schedstat"
}

allocations() {
	od -An -tu8 -N8 "$work/mallocs" | tr -d ' '
}

cc=${CC:-cc}
command -v "$cc" >/dev/null || skip_all "needs $cc"
"$cc" -shared -fPIC -O2 -o "$work/mallocs.so" tests/lib/preload/mallocs.c || exit 1
head -c 8 /dev/zero > "$work/mallocs"
sanitized=
nm -D "$agent" 2>/dev/null | grep -q __asan_init && sanitized=yes

house 2
[ -n "$sanitized" ] || preload="LD_PRELOAD=$work/mallocs.so MALLOCS=$work/mallocs"
# shellcheck disable=SC2086 # words are wanted
env ${preload:-A=b} "$agent" run br0 --gateway 02:00:00:00:00:fe ${LOAD_MODEL:+--model "$LOAD_MODEL"} \
	--socket "$work/sock" --state "$work/state" --newcomers 0 --json \
	> "$work/events" 2> "$work/log" &
agent_pid=$!
within 10 answers || { sed 's/^/# /' "$work/log"; exit 1; }
ip netns exec d1 python3 tests/lib/load.py e device $((warm + measured + 1)) --rate $rate > "$work/sent" &
senders=$!
ip netns exec d2 python3 tests/lib/load.py e router $((warm + measured + 1)) --rate $rate > "$work/answered" &
senders="$senders $!"

sleep $warm
frames=$(status .frames)
writes=$(status .history.writes)
sleep 0.3 # the question itself allocates
ns=$(busy_ns) calls=$(allocations) began=$(date +%s%N)
sleep $measured
ns=$(($(busy_ns) - ns)) calls=$(($(allocations) - calls)) took=$(($(date +%s%N) - began))
frames=$(($(status .frames) - frames))
rss=$(awk '/^VmRSS/ {print $2}' "/proc/$agent_pid/status")
devices=$(status .devices.used) flows=$(status .flows.used)
percent=$(awk "BEGIN { printf \"%.3f\", 100 * $ns / $took }")
echo "# model $(status .model), $devices devices, $flows flows, $((frames * 1000000000 / took)) frames a second at ports:" \
	"$percent % of a processor, $rss kB resident, $calls allocations in $((took / 1000000000)) s"
[ "$devices" -ge 64 ] && [ "$flows" -ge 1000 ]
ok $? "64 devices and 1,000 flows are there"
[ "$(status .missed_packets)" = 0 ]
ok $? "no packet is missed"
limit() { # name, command...
	name=$1
	shift
	if [ -n "$sanitized" ]; then
		n=$((n + 1))
		echo "ok $n - $name # SKIP sanitizers"
	else
		"$@"
		ok $? "$name"
	fi
}
limit "at most 1 % of a processor" awk "BEGIN { exit !($percent <= 1) }"
limit "at most 24 MB resident" [ "$rss" -le $((24000000 / 1024)) ]
# A writing of history, every five minutes or when a quarter of the memory for it is in use, takes and gives back what it needs.
calls_max=$((calls_max + ($(status .history.writes) - writes) * 6000))
limit "at most $calls_max allocations" [ "$calls" -le $calls_max ]
# shellcheck disable=SC2086
wait $senders
stop_agent
finish
