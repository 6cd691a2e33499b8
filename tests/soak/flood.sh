#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Alone: it measures processor time.
# A minute of a million frames a second at one port of a household that is identified: random addresses, any protocol, half malformed. Every device
# keeps its type and its counts, the agent takes little of a processor and no more memory. FULL=1: otherwise ten seconds, and without a model of the
# household. T=60 RATE=1100000 (asked; a little is lost between lots) DEVICES=list; NICE=-12 where others use the machine, too.
. "$(dirname "$0")/../lib/net.sh"
t=${T:-${FULL:+60}} rate=${RATE:-1100000} devices=${DEVICES:-tuya-bulb,mi-led,nest-tstat,wyze-cam}
t=${t:-5}
lab=$O/iotbpf-lab prefix=flood$$ model=none warm=5 station=02:00:5e:00:53:fe
trap 'stop_agent >/dev/null 2>&1; "$lab" down --prefix $prefix; ip netns del $prefix-cable; rm -rf "$work"' EXIT

# Other hours of these devices than the one that is flooded.
learn() {
	"$lab" synth --devices "$devices" --seed 1 --seconds 900 --split-trials -o "$work/1.pcap" --manifest "$work/1.csv"
	"$lab" synth --devices "$devices" --seed 2 --seconds 900 --split-trials -o "$work/2.pcap" --manifest "$work/2.csv"
	"$lab" synth --devices "$devices" --seed 3 --seconds 3600 --functions none -o "$work/3.pcap" --manifest "$work/3.csv"
	{ head -n 1 "$work/1.csv" && tail -q -n +2 "$work"/[123].csv; } > "$work/all.csv"
	"$O/iotbpf-train" --manifest "$work/all.csv" --root "$work" --method forest --windows 12 --stride 10 --folds 2 -o "$work/model.iotm"
}

types() {
	"$agent" devices --json --socket "$work/sock" | jq -rs '[.[] | select(.type != null and .type != "unknown") | "\(.mac) \(.type)"] | sort | join(", ")'
}

busy_ns() {
	cut -d' ' -f1 "/proc/$agent_pid/schedstat"
}

rss_kb() {
	awk '/^VmRSS/ {print $2}' "/proc/$agent_pid/status"
}

if [ -n "${FULL:-}" ]; then
	learn > "$work/learn" 2>&1 || sed 's/^/# /' "$work/learn"
	model=$work/model.iotm warm=75
fi
"$lab" up --prefix $prefix --devices "$devices" || skip_all "no household"
router="nsenter --net=/run/netns/$prefix-rtr"
ip netns add $prefix-cable # whose other end answers nobody
$router ip link add flood type veth peer name cable netns $prefix-cable
$router ip link set flood master br-lan up
ip netns exec $prefix-cable sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip -n $prefix-cable link set cable up
$router bridge link set dev flood learning off # millions of stations are the bridge's own affair
# They are for a station behind the same port: the bridge forwards none, and nobody answers, which would cost as much again as what is measured.
$router bridge fdb add $station dev flood master static
$router "$agent" run br-lan --socket "$work/sock" --model "$model" --json --stats 0 > "$work/events" 2> "$work/log" &
agent_pid=$!
within 10 answers || { sed 's/^/# /' "$work/log"; exit 1; }
"$lab" run --prefix $prefix --devices "$devices" --seconds $((warm + t + 5)) --seed 4 --keep --truth "$work/truth" 2> "$work/lab.log" &
living=$!
sleep $warm
before=$(types) rss=$(rss_kb) ns=$(busy_ns)
$router nice -n "${NICE:-0}" "$lab" flood flood --inject --malformed --rate "$rate" --seconds "$t" --threads 2 --to $station > "$work/sent" &
flooding=$!
most=$rss
while kill -0 $flooding 2>/dev/null; do
	now=$(rss_kb)
	[ "$now" -le "$most" ] || most=$now
	sleep 0.5
done
ns=$(($(busy_ns) - ns)) after=$(types)
percent=$(jq "$ns / 1e7 / .seconds" "$work/sent")
wait $living
sent=$(jq .frames "$work/sent")
echo "# $sent frames in $(jq .seconds "$work/sent") s, $(jq .rate "$work/sent") a second of $rate asked: the agent took $percent % of a processor, $rss to $most kB"
echo "# $before"
soon 5 "$sent" "$sent frames came in at the flooded port" port flood .in_frames
is "$(status '.partial + (.skipped | {source_not_unicast}) | to_entries | sort_by(.key) | map("\(.key) \(.value)") | join(", ")')" \
	"$(jq -r '.reasons | to_entries | sort_by(.key) | map("\(.key) \(.value)") | join(", ")' "$work/sent")" "what is odd about a frame is counted as what it is"
"$agent" devices --json --socket "$work/sock" | jq -r '"\(.mac) \(.tx_packets) \(.tx_bytes)"' | sort > "$work/counted"
jq -r '.devices[] | "\(.mac) \(.tx_packets) \(.tx_bytes)"' "$work/truth" | sort > "$work/told"
is "$(comm -23 "$work/told" "$work/counted")" "" "packets and bytes of all $(wc -l < "$work/told") devices, to the last"
if [ -n "${FULL:-}" ]; then
	jq -e '.rate >= 1e6' "$work/sent" > /dev/null
	ok $? "a million frames a second (on a quiet machine; NICE=-12 helps)"
	is "$(echo "$before" | tr ',' '\n' | wc -l)" "$(echo "$devices" | tr ',' '\n' | wc -l)" "all were identified before"
	is "$after" "$before" "and are what they were"
	is "$(jq -sr '[.[] | select(.event_type == "device" and (.device.action == "changed" or .device.action == "gone"))] | length' "$work/events")" 0 "no device changed its type"
fi
jq -e "$percent < 5" "$work/sent" > /dev/null
ok $? "less than 5 % of a processor"
# 16 strangers a second are let in and stay for a minute, 3 kB each: the series of a flow. After that as many go as come.
[ $((most - rss)) -le 6144 ]
ok $? "no more memory than a minute of strangers takes"
stop_agent
finish
