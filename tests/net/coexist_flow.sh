#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# A flow table of nftables in software takes a routed connection past forwarding and past the bridge: its frames still pass the ports' programs, each
# of them counted once in each direction. Skipped where the kernel has no flow tables (the virtual machines of ci/kernels have).
. "$(dirname "$0")/../lib/net.sh"
command -v nft > /dev/null || skip_all "needs nft"

# d1 behind p1 of br0; d3 behind the port wan, which the router routes to.
quiet_stack
house 1
ip addr add 10.9.0.254/24 dev br0
ip netns add d3
ip link add wan type veth peer name e netns d3
ip link set wan up
ip addr add 10.8.0.254/24 dev wan
ip -n d3 link set e up
ip -n d3 addr add 10.8.0.3/24 dev e
ip -n d3 route add default via 10.8.0.254
ip -n d1 route add default via 10.9.0.254
# Nobody asks for an address in between.
ip link set br0 address 02:00:00:00:00:fe
ip neigh add 10.9.0.1 lladdr 02:00:00:00:00:01 dev br0
ip -n d1 neigh add 10.9.0.254 lladdr 02:00:00:00:00:fe dev e
sysctl -qw net.ipv4.ip_forward=1
nft -f - 2> "$work/nft" <<-'END' || skip_all "no flow tables: $(head -n 1 "$work/nft")"
	table inet fast {
		flowtable f { hook ingress priority 0; devices = { p1, wan }; }
		chain forward {
			type filter hook forward priority 0;
			ct state established flow add @f
			counter
		}
	}
END

# Datagrams there and back, one after the other: COUNT answers come.
cat > "$work/echo.py" <<'END'
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
if sys.argv[1] == "serve":
    s.bind(("0.0.0.0", 7777))
    while True:
        data, to = s.recvfrom(2000)
        s.sendto(data, to)
s.settimeout(5)
s.connect(("10.8.0.3", 7777))
for i in range(int(sys.argv[2])):
    s.send(bytes(58))
    s.recv(2000)
END
ip netns exec d3 python3 "$work/echo.py" serve &
server=$!
for device in "p1" "wan"; do ethtool -K $device gro off 2>/dev/null; done

start_agent br0 --events flow,stop --stats 0
sleep 0.5
ip netns exec d1 python3 "$work/echo.py" ask 20 # the flow table learns
in_before=$(port p1 .in_frames) out_before=$(port p1 .out_frames)
forwarded() {
	nft -j list chain inet fast forward | jq '[.nftables[].rule?.expr[]? | select(.counter) | .counter.packets] | add'
}
slow=$(forwarded)
ip netns exec d1 python3 "$work/echo.py" ask 300
ip netns exec d1 python3 "$work/echo.py" ask 200
soon 3 "500 500" "500 datagrams each way: all counted at the device's port" \
	port p1 "\"\\(.in_frames - $in_before) \\(.out_frames - $out_before)\""
slow=$(($(forwarded) - slow))
echo "# $slow of 1000 passed the chain of forwarding"
[ "$slow" -lt 100 ]
ok $? "most of them took the way of the flow table"
"$agent" doctor br0 --json > "$work/doctor" 2> /dev/null
grep -q 'flowtable in software: its flows still pass' "$work/doctor"
ok $? "doctor says so"
kill $server
stop_agent
finish
