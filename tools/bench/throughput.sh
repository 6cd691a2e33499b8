#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# TCP through a bridge of veth pairs in namespaces, from one host to another, with the agent at its ports (hooks as it chooses them) and without:
# rounds of both, now one first and now the other; the median of the rounds' ratios counts. What a second of the two ends' processor time carries is
# told, too: that means something on a busy machine. One JSON object a line. ROUNDS=5 SECONDS_EACH=2
. "$(dirname "$0")/../../tests/lib/net.sh"
command -v iperf3 > /dev/null || { echo "iotbpf-bench: no iperf3: make deps DEPS=tests installs it" >&2; exit 69; }

# Prints gigabits a second, and gigabits a second of processor time.
gigabits() {
	ip netns exec d2 iperf3 -s -1 > /dev/null 2>&1 &
	server=$!
	within 5 sh -c 'ip netns exec d2 ss -Htln | grep -q :5201'
	ip netns exec d1 iperf3 -c 10.9.0.2 -t "${SECONDS_EACH:-2}" -O 0.5 -J |
		jq -r '.end | (.sum_received.bits_per_second / 1e9) as $rate | .cpu_utilization_percent |
			"\($rate) \($rate * 100 / (.host_total + .remote_total))"'
	wait $server
}

with() {
	start_agent br0 >&2 || exit 69
	hooks=$(status '[.ports[] | .ingress, .egress] | unique | join(" and ")')
	with=$(gigabits)
	kill "$agent_pid"
	wait "$agent_pid"
	agent_pid=
}

line() { # metric, n, value, unit, baseline or nothing, ratio
	jq -nc --arg metric "$1" --argjson n "$2" --argjson value "$3" --arg unit "$4" --arg baseline "${5:-}" --argjson ratio "${6:-null}" \
		'{bench: "path", metric: $metric, n: $n, value: ($value * 1000 | round / 1000), unit: $unit, baseline: (if $baseline == "" then null else $baseline end), ratio: (if $ratio then $ratio * 10000 | round / 10000 else null end)}'
}

median() {
	sort -g | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

house 2
gigabits > /dev/null # the first connection of all
for round in $(seq "${ROUNDS:-5}"); do
	if [ $((round % 2)) = 1 ]; then
		without=$(gigabits)
		with
	else
		with
		without=$(gigabits)
	fi
	echo "$without $with" >> "$work/rounds"
done
told() { # what, unit, column without, column with
	line "$1, no agent" "${ROUNDS:-5}" "$(cut -d' ' -f"$3" "$work/rounds" | median)" "$2"
	line "$1, agent at its ports ($hooks)" "${ROUNDS:-5}" "$(cut -d' ' -f"$4" "$work/rounds" | median)" "$2" "no agent, same round" \
		"$(awk -v a="$3" -v b="$4" '{ print $b / $a }' "$work/rounds" | median)"
}

told "TCP through the bridge" "Gb/s" 1 3
told "TCP through the bridge by processor time" "Gb/s of CPU" 2 4
