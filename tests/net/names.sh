#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What devices are called, live: by what they say, by leases files, by the owner; after a restart; and that the process which parses frames
# may end without harm.
. "$(dirname "$0")/../lib/net.sh"
state=$work/state
for d in /var/lib/misc /usr/share/ieee-data /etc/udev /usr/lib/udev; do
	mkdir -p $d && mount -t tmpfs none $d # what is installed here must not matter
done

say() { # NUMBER IP WHAT...: device dN
	i=$1 ip=$2
	shift 2
	ip netns exec "d$i" python3 tests/lib/say.py e "02:00:00:00:00:0$i" "$ip" "$@"
}

snapshot() { # jq filter on the devices
	printf '{"protocol":1,"request":"snapshot"}\n' | python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
s.sendall(sys.stdin.buffer.read())
s.shutdown(socket.SHUT_WR)
while part := s.recv(65536):
    sys.stdout.write(part.decode())
' "$work/sock" | jq -r "$1"
}

name() { # NUMBER
	snapshot ".devices[] | select(.mac == \"02:00:00:00:00:0$1\") | [.name, .name_source] | join(\" \")"
}

cmd() { # COMMAND ARGUMENT...
	c=$1
	shift
	"$agent" "$c" "$@" --socket "$work/sock" 2> "$work/err"
}

printf '0 02:00:00:00:00:03 10.9.0.33 printer *\n0 02:00:00:00:00:01 10.9.0.1 leased *\n' > /var/lib/misc/dnsmasq.leases
house 4
start_agent br0 --state "$state"
ok $? "the agent runs"
soon 3 1 "no list of vendors: said once" grep -c 'no list of vendors' "$work/log"
is "$(status .names.vendors)" null "and in the status"
say 1 10.9.0.1 dhcp thermostat
say 2 10.9.0.2 mdns kitchen-lamp
say 3 10.9.0.3 arp
soon 5 "thermostat dhcp" "a name by DHCP" name 1
soon 5 "kitchen-lamp mdns" "a name by multicast DNS" name 2
soon 15 "printer lease" "a name by a leases file" name 3
is "$(snapshot '.devices[] | select(.mac == "02:00:00:00:00:02") | .ips[0]')" 10.9.0.2 "its address"
is "$(snapshot '.devices[] | select(.mac == "02:00:00:00:00:03") | [.ips[]] | join(" ")')" "10.9.0.3 10.9.0.33" "addresses by ARP and lease, newest first"
is "$(snapshot '.devices[] | select(.mac == "02:00:00:00:00:01") | .randomized')" true "a made-up address is marked"

# An address moves, the device stays.
before=$(snapshot '.devices | length')
say 2 10.9.0.77 arp
soon 5 10.9.0.77 "another address" snapshot '.devices[] | select(.mac == "02:00:00:00:00:02") | .ips[0]'
is "$(snapshot '.devices | length')" "$before" "is no other device"
say 4 10.9.0.4 ack 02:00:00:00:00:01 10.9.0.99
soon 5 10.9.0.99 "an address by a server's answer" snapshot '.devices[] | select(.mac == "02:00:00:00:00:01") | .ips[0]'
ip -4 neigh add 10.9.0.44 lladdr 02:00:00:00:00:04 dev br0
soon 5 true "an address by the neighbour table" snapshot '[.devices[] | select(.mac == "02:00:00:00:00:04") | .ips[]] | contains(["10.9.0.44"])'

# The owner.
cmd name 02:00:00:00:00:02 'Lamp over the table' > /dev/null
ok $? "the owner names a device"
is "$(name 2)" "Lamp over the table owner" "and is right"
cmd name 'lamp over the table' "$(printf 'a\033b')" > /dev/null
is $? 64 "a name with a control character is refused"
cmd name nobody x > /dev/null
is $? 66 "and one of nobody"
cmd merge 02:00:00:00:00:03 thermostat > /dev/null
ok $? "two addresses are joined"
soon 3 0 "and shown as one device" snapshot '[.devices[] | select(.mac == "02:00:00:00:00:03")] | length'
cmd merge 02:00:00:00:00:03 02:00:00:00:00:03 > /dev/null
is $? 64 "but not with themselves"

# Rubbish; and the process that parses it dies.
say 1 10.9.0.1 junk 60
sleep 1.2
pid=$(status .names.parser.pid)
is "$(grep -c '^Seccomp:.*2$' "/proc/$pid/status")" 1 "the process that parses is confined"
is "$(awk '/^CapEff/ { print $2 }' "/proc/$pid/status")" 0000000000000000 "without capabilities"
is "$(awk '/^Uid/ { print $2 }' "/proc/$pid/status")" 65534 "of another user"
is "$(ls "/proc/$pid/fd" | wc -l)" 1 "with one descriptor"
is "$(status '.names.frames.refused_rate > 0')" true "more than a port may say is refused, and counted"
is "$(status .names.parser.restarts)" 0 "rubbish does not end it"
kill -KILL "$pid"
soon 5 "1 true" "where it is killed it starts again" status '.names.parser | [.restarts, .runs] | join(" ")'
is "$(grep -c 'starts again' "$work/log")" 1 "which is said once"
say 4 10.9.0.4 mdns radio
soon 5 "radio mdns" "and goes on" name 4

# Events name the device; a restart forgets nothing.
kill -KILL $agent_pid
wait $agent_pid 2> /dev/null
agent_pid=
start_agent br0 --state "$state" --events all
say 2 10.9.0.2 arp
soon 5 "Lamp over the table owner" "the owner's word outlives a killed agent" name 2
stop_agent
is "$(jq -r 'select(.device.mac == "02:00:00:00:00:02" and .event_type == "flow") | .device.name' "$work/events" | tail -n 1)" \
	"Lamp over the table" "events have the name"
start_agent br0 --state "$state"
say 1 10.9.0.1 arp
say 2 10.9.0.2 arp
soon 5 "Lamp over the table owner" "and an orderly end" name 2
cmd name 02:00:00:00:00:02 --remove > /dev/null
ok $? "it is taken back"
is "$(cmd merge --undo 02:00:00:00:00:03 | grep -c 'device of its own')" 1 "and so is what was joined"
stop_agent
start_agent br0 --state "$state"
say 2 10.9.0.2 arp
soon 5 "kitchen-lamp mdns" "what devices said outlives it too" name 2
stop_agent
finish
