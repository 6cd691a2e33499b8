#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# root's own agent, in a terminal, before the service: what it leaves when it is killed is the service's account's to go on with.
. "$(dirname "$0")/../lib/router.sh"
unit=iotbpf@br-lan.service

pinned() {
	[ "$(find /sys/fs/bpf/iotbpf -user root -name '*-[0-9]*' | wc -l)" = 6 ]
}

systemctl stop $unit
iotbpf run br-lan --socket none --state none --events none --model none 2> $work/log &
pid=$!
within 30 pinned
ok $? "root's agent pins its hooks"
kill -9 $pid
wait $pid 2> /dev/null
pinned
ok $? "killed, it leaves them, and they are root's"
systemctl start $unit
is "$(journalctl -q -u $unit -n 10 -o cat | grep -c 'takes over an earlier agent')" 1 "the service takes them over"
is "$(iotbpf status --json | jq -c '[.table.pinned, .table.agents]') $(find /sys/fs/bpf/iotbpf ! -user iotbpf | wc -l)" "[true,2] 0" "and they are its own"
systemctl stop $unit
is "$(find /sys/fs/bpf -mindepth 2 | wc -l)" 0 "a stop leaves nothing"
systemctl start $unit
finish
