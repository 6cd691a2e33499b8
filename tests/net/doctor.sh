#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# iotbpf doctor: what it says of this machine is what the agent then does, and it leaves nothing behind.
. "$(dirname "$0")/../lib/net.sh"

doctor() { # arguments; exit status, JSON in "doctor"
	"$agent" doctor --json "$@" > "$work/doctor" 2> "$work/log"
}

found() { # level, about, pattern: how many such findings
	jq -r ".findings[] | select(.level == \"$1\" and .about == \"$2\") | .text" "$work/doctor" | grep -c "$3"
}

doctor
is "$? $(found problem interfaces 'neither a bridge')" "69 1" "no interface at all is a problem"
house 2
doctor
is "$? $(jq '[.findings[] | select(.level == "problem")] | length' "$work/doctor")" "0 0" "a bridge with two ports: no problem"
is "$(found good kernel 'takes the programs') $(found good account 'may load')" "1 1" "kernel and account"
is "$(found good p1 'ingress and egress: TC') $(found good p2 'ingress and egress: TC')" "1 1" "each port of the bridge that nobody named"
is "$(tc qdisc show | grep -c clsact) $(bpftool net show | grep -c iotbpf) $(ip -d link show | grep -c xdp)" "0 0 0" "nothing is attached"
start_agent br0
is "$(port p1 '"\(.ingress) \(.egress)"' | sed 's/tcx/TC/g; s/clsact/TC/g')" "TC TC" "the agent takes the hooks that doctor named"
stop_agent
ip link set p2 down
doctor br0
is "$(found warning p2 'is down')" 1 "a port that is down"
"$agent" run p1 --hook xdp-generic --socket "$work/sock" --model none --json > "$work/events" 2> "$work/log" &
agent_pid=$!
within 10 answers
doctor p1
is "$(found good p1 'XDP, ours')" 1 "XDP that is ours already"
stop_agent
ip link set p1 nomaster
ip link set p2 nomaster
doctor br0
is "$(found warning br0 'without ports')" 1 "a bridge without ports"
setpriv --bounding-set=-all --inh-caps=-all "$agent" doctor --json br0 > "$work/doctor" 2> "$work/log"
is "$? $(found problem account 'lacks CAP_BPF')" "77 1" "without privileges it says what is missing"
doctor br9
is "$? $(grep -c 'br9: no such interface' "$work/log")" "66 1" "no such interface"
"$agent" doctor br0 > "$work/out"
is "$(grep -c '^blind    payload ' "$work/out") $(grep -c -- ' -> ' "$work/out" | awk '{print ($1 > 0)}')" "1 1" "as text, with remedies"
finish
