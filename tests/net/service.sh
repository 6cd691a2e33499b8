#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The agent under a service manager: told by a configuration file, ready when its hooks are there, alive after each pass, reload, stop.
. "$(dirname "$0")/../lib/net.sh"

cat > "$work/manager.py" <<'PY'
import os, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
while True:
    for line in s.recv(4096).decode().split("\n"):
        print(line, flush=True)
PY

heard() { # pattern, at least N times
	[ "$(grep -c "$1" "$work/heard")" -ge "${2:-1}" ]
}

configure() {
	printf '[run]\noperands = br0\nmodel = none\nsocket = %s\nevents = none\n%s\n' "$work/sock" "$1" > "$work/iotbpf.conf"
}

house 2
configure "stats = 5m"
python3 "$work/manager.py" "$work/notify" > "$work/heard" &
manager=$!
within 5 test -S "$work/notify"
NOTIFY_SOCKET=$work/notify WATCHDOG_USEC=30000000 "$agent" run --config "$work/iotbpf.conf" > "$work/events" 2> "$work/log" &
agent_pid=$!
within 10 heard READY=1
ok $? "says READY=1"
is "$(status '[.ports[].in_iface] | sort | join(" ")')" "p1 p2" "interfaces and socket are the file's, and hooks are there when it says so"
within 5 heard WATCHDOG=1 2
ok $? "feeds the watchdog, pass by pass"
heard 'STATUS=.* devices, .* flows, 2 ports'
ok $? "says what it sees"
kill -STOP $agent_pid
sleep 1.2
before=$(grep -c WATCHDOG "$work/heard")
sleep 1.2
is "$(grep -c WATCHDOG "$work/heard")" "$before" "a stopped agent does not"
kill -CONT $agent_pid

configure "devices = 64"
kill -HUP $agent_pid
within 5 heard RELOADING=1 && within 5 heard READY=1 2
ok $? "SIGHUP: RELOADING=1, then READY=1"
is "$(grep -c 'devices: changed, takes effect at a restart' "$work/log")" 1 "what cannot change while it runs is named"
configure "stats = soon"
kill -HUP $agent_pid
within 5 heard READY=1 3
is "$(grep -c "iotbpf.conf:6: stats: 'soon' is not a duration" "$work/log") $(grep -c 'everything stays' "$work/log")" "1 1" "a wrong file changes nothing"
kill $agent_pid
wait $agent_pid
is $? 0 "ends well"
agent_pid=
heard STOPPING=1
ok $? "says STOPPING=1"
kill $manager

timeout 5 "$agent" run --config "$work/iotbpf.conf" > "$work/out" 2> "$work/log"
is "$? $(wc -l < "$work/log")" "78 1" "a wrong file is exit 78 and one line"
timeout 5 "$agent" run --config none > "$work/out" 2> "$work/log"
is "$? $(grep -c 'IFACE... missing' "$work/log")" "64 1" "no interface anywhere"
finish
