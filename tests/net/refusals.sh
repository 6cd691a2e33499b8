#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What cannot be watched is refused with one line that says why, the code of <sysexits.h>, and nothing attached.
. "$(dirname "$0")/../lib/net.sh"

refused() { # exit status, pattern, name, arguments...
	expected=$1 pattern=$2 name=$3
	shift 3
	timeout 10 "$agent" run "$@" --socket none --model none > "$work/out" 2> "$work/log"
	is "$? $(grep -c "$pattern" "$work/log")" "$expected 1" "$name"
	is "$(wc -c < "$work/out") $(grep -vc 'p1: ingress' "$work/log")" "0 1" "$name: one line on stderr, none on stdout"
	is "$(bpftool net show | grep -c iotbpf) $(tc qdisc show | grep -c clsact)" "0 0" "$name: nothing attached"
}

house 2
refused 66 "br9: no such interface" "no such interface" br9
refused 66 "br9: no such interface" "one of two does not exist" br0 br9
refused 64 "lo: not an Ethernet interface" "not Ethernet" lo
tc qdisc add dev p2 ingress
refused 71 "p2: cannot hook ingress: an ingress qdisc" "an ingress qdisc in the way, on the second port only" br0 --hook clsact
tc qdisc del dev p2 ingress

with() { # capabilities that the agent has
	timeout 10 setpriv --bounding-set="-all,$1" --inh-caps=-all "$agent" run br0 --socket none --model none --duration 1s \
		> "$work/out" 2> "$work/log"
}

with +net_admin
is "$? $(grep -c 'needs CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN' "$work/log")" "77 1" "without CAP_BPF"
with +bpf,+perfmon
is "$? $(wc -l < "$work/log")" "77 1" "without CAP_NET_ADMIN"
with +bpf,+perfmon,+net_admin
is $? 0 "these three are enough"
finish
