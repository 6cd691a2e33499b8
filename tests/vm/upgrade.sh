#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# A restart, an installation of the package and a kill under traffic: no frame is missing, and one table counts on. Runs natively in
# ci/kernels, after newcomer.sh.
. "$(dirname "$0")/../lib/router.sh"
unit=iotbpf@br-lan.service

status() { # jq filter
	iotbpf status --json | jq -c "$1"
}

sent() {
	ip -n d1 -j -s link show e | jq '.[0].stats64.tx.packets'
}

counted() {
	status '.ports[] | select(.in_iface == "p1") | .in_frames'
}

answers() { # another process than $pid
	[ "$(status .pid)" != "$pid" ] && systemctl is-active -q $unit
}

systemctl start $unit
is "$(status '[.table.pinned, .table.directory[:16], .table.handover]')" '[true,"/run/iotbpf/bpf/",true]' "the hardened unit pins its table"
is "$(stat -c '%U %a' /sys/fs/bpf /sys/fs/bpf/iotbpf | tr '\n' ' ')" "root 1700 iotbpf 700 " "in a directory of its account, in one that is root's"
agents=$(status .table.agents) before_sent=$(sent) before=$(counted)
ip netns exec d1 python3 tests/lib/frames.py e 1000000 --src 02:00:5e:10:00:01 --dst 02:00:5e:10:00:02 --rate 100 > /dev/null &
sender=$!
sleep 1
systemctl restart $unit
ok $? "restart"
dpkg -i /work/iotbpf_*.deb > $work/dpkg 2>&1
ok $? "installation"
pid=$(status .pid)
[ -z "$pid" ] || kill -9 "$pid"
within 60 answers
ok $? "an agent runs again"
kill $sender
wait $sender 2> /dev/null
sleep 2
frames=$(($(sent) - before_sent))
is $((frames - $(counted) + before)) 0 "under traffic through all of it: 0 of $frames frames are missing"
[ "$(status .table.agents)" -ge $((agents + 2)) ]
ok $? "one table: $(status .table.agents) agents worked with it"
systemctl stop $unit
is "$(tc qdisc show | grep -c clsact) $(of_account prog) $(find /sys/fs/bpf -mindepth 2 | wc -l)" "0 0 0" "a stop takes all away"
[ "$(journalctl -q -u $unit -o cat | grep -c 'cannot be confined')" -eq 0 ]
ok $? "the process that parses names is confined, also under the unit"
journalctl -q -u $unit -o cat | tail -n 30 | sed 's/^/# /'
systemctl start $unit
finish
