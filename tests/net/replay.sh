#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Live is capture: what `iotbpf read` counts in a file, the programs count when the file is replayed into a bridge port, for every
# device and protocol, at every hook. Only sending is compared: who receives depends on the port where a device lives.
. "$(dirname "$0")/../lib/net.sh"
command -v tcpreplay >/dev/null || skip_all "needs tcpreplay"

# device protocol packets bytes, a line each, from what `read --summary --json` prints
of_file() {
	"$agent" read "$1" --summary --json --model none |
		jq -r '.devices[] | .mac as $m | .flows[] | [$m, .protocol, .packets, .bytes] | @tsv' | sort
}

# the same from the last event of each flow
of_events() {
	jq -rs '[.[] | select(.event_type == "flow")] | group_by(.flow_id) | .[][-1] |
		[.device.mac, .flow.protocol, .flow.packets, .flow.bytes] | @tsv' "$work/events" | sort
}

replay() { # hook, file, name
	house 2
	start_agent br0 --hook "$1" --events flow --newcomers 0
	ip netns exec d1 tcpreplay -q -i e --pps 4000 "$2" > "$work/replay" 2>&1 || sed 's/^/# /' "$work/replay"
	frames=$(capinfos -Mc "$2" | awk '/packets/ {print $NF}')
	soon 3 "$frames" "$1, $3: all $frames frames came in" port p1 .in_frames
	soon 1 0 "$1, $3: none at an unregistered interface" status .unknown_port
	stop_agent
	of_events > "$work/live"
	diff "$work/expected" "$work/live" > "$work/diff"
	ok $? "$1, $3: $(wc -l < "$work/expected") flows with the packets and bytes that the file has"
	sed 's/^/# /' "$work/diff" | head -n 20
	house_down
}

# Whole frames that fit the interface; the kernel itself drops those with a damaged tag before TC sees them. Few enough that no device
# reaches its quota of flows.
python3 tests/tools/gen-frames --seed 11 --count 400 --set good -o "$work/all.pcap"
tcpdump -r "$work/all.pcap" -w "$work/fit.pcap" 'less 1514' 2>/dev/null
of_file "$work/fit.pcap" > "$work/expected"
for hook in tcx clsact xdp; do
	replay $hook "$work/fit.pcap" "generated frames"
done

# Real ones that the capture did not cut: cut frames would be shorter on the wire.
data=$(find "${IOTBPF_DATA:-../shared/data}/madea-0526" -name '*.pcap*' -size +500k 2>/dev/null | sort | head -n 1)
if [ -n "$data" ]; then
	tshark -r "$data" -c 20000 -Y 'frame.cap_len == frame.len && frame.len < 1515' -F pcap -w "$work/real.pcap" 2>/dev/null
	of_file "$work/real.pcap" > "$work/expected"
	replay auto "$work/real.pcap" "real frames"
else
	n=$((n + 1))
	echo "ok $n - real frames # SKIP no captures in \$IOTBPF_DATA"
fi
finish
