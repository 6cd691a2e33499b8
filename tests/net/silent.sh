#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The agent sends nothing: no packet leaves the namespace that it runs in, with a way out open and everything switched on.
. "$(dirname "$0")/../lib/net.sh"

sent() { # packets that this namespace's own stack sent
	nstat -asz IpOutRequests Ip6OutRequests TcpActiveOpens UdpOutDatagrams IcmpOutMsgs 2>/dev/null | awk '!/^#/ { s += $2 } END { print s }'
}

house 2
ip addr add 10.9.0.254/24 dev br0
ip route add default via 10.9.0.1
for i in 1 2; do
	ip neigh add "10.9.0.$i" lladdr "02:00:00:00:00:0$i" dev br0
done
ip netns exec d1 python3 -c 'import socket; socket.create_server(("10.9.0.1", 53)).accept()' &
listener=$!
before=$(sent)
mkdir "$work/state"
"$agent" run br0 --socket "$work/sock" --state "$work/state" --json > "$work/events" 2> "$work/log" &
agent_pid=$!
within 10 answers
for k in 1 2 3; do
	ip netns exec d2 python3 -c 'import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.sendto(b"x" * 300, ("10.9.0.1", 6666))'
	"$agent" devices --socket "$work/sock" > "$work/devices"
	sleep 1
done
is "$(status '[.ports[].in_frames] | add > 0')" true "frames are counted"
is "$(grep -ci '02:00:00:00:00:02' "$work/devices")" 1 "and a device listed"
is "$(($(sent) - before))" 0 "not one packet was sent"
is "$(ss -Hatunp 2>/dev/null | grep -c iotbpf)" 0 "no socket of the agent or its helpers is on the network"
stop_agent
ip netns exec d2 sh -c 'true'
python3 -c 'import socket; socket.create_connection(("10.9.0.1", 53))'
is "$(($(sent) - before > 0))" 1 "the way out was open, and is counted"
kill $listener 2>/dev/null
finish
