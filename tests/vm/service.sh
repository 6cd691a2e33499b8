#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The unit as shipped, under systemd: its rights, a kill, a stop, a reload, its end. Runs in machines of ci/kernels, after newcomer.sh.
. "$(dirname "$0")/../lib/router.sh"
unit=iotbpf@br-lan.service
dropin=/run/systemd/system/$unit.d

show() { # property
	systemctl show -P "$1" $unit
}

of_agent() { # field of /proc/PID/status
	awk -v field="$1:" '$1 == field {print $2}' "/proc/$pid/status"
}

active() { # another process than $pid, and ready, which it is when its hooks are there
	[ "$(show MainPID)" != "$pid" ] && [ "$(show ActiveState)" = active ]
}

# Milliseconds from $killed (µs since boot) to the unit's being ready again.
gap() {
	echo $((($(show ActiveEnterTimestampMonotonic) - killed) / 1000))
}

now() { # in µs since boot
	awk '{printf "%.0f\n", $1 * 1000000}' /proc/uptime
}

# Filters of clsact and, where the kernel has tcx, links, which Debian 12's bpftool knows by their program only.
hooks() {
	filters=$(for i in 1 2 3; do
		tc filter show dev p$i ingress
		tc filter show dev p$i egress
	done | grep -c 'iotbpf_.*direct-action')
	echo $((filters + $(of_account link)))
}

left() {
	echo "$(hooks) $(tc qdisc show | grep -c clsact) $(of_account prog)"
}

came_in() { # frames at p1
	iotbpf status --json | jq '.ports[] | select(.in_iface == "p1") | .in_frames'
}

systemctl is-active -q $unit || { ok 1 "service runs, as newcomer.sh left it"; finish; exit; }
start_ms=$((($(show ActiveEnterTimestampMonotonic) - $(show InactiveExitTimestampMonotonic)) / 1000))
pid=$(show MainPID)
id=$(id -u iotbpf)
is "$(of_agent Uid) $(of_agent Gid)" "$id $(id -g iotbpf)" "runs as the user iotbpf"
# CAP_NET_ADMIN 12, CAP_PERFMON 38, CAP_BPF 39
for set in CapEff CapPrm CapInh CapBnd CapAmb; do
	is "$(of_agent $set)" 000000c000001000 "$set is what the unit grants and nothing else"
done
is "$(of_agent NoNewPrivs) $(of_agent Seccomp)" "1 2" "may gain nothing, and system calls are filtered"
systemd-analyze security --no-pager --threshold=21 $unit > $work/security
ok $? "$(tail -n 1 $work/security | tr -cd 'a-zA-Z0-9.:@ -')"
is "$(hooks)" 6 "two hooks at each of three ports"
setpriv --reuid nobody --regid iotbpf --clear-groups iotbpf status > $work/status
is "$? $(grep -cE 'tcx|clsact' $work/status | awk '{print ($1 > 0)}')" "0 1" "the group may ask, without privileges"

is "$(journalctl -q -u $unit -o cat | grep -c 'cannot be confined')" 0 "the process that parses names is confined"
is "$(iotbpf status | grep -c 'not pinned') $(find /sys/fs/bpf/iotbpf -type f | wc -l | awk '{print ($1 > 0)}')" "0 1" "hooks and table are pinned"

echo "stats = 1m" | sed '1i [run]' > /etc/iotbpf/conf.d/test.conf
systemctl reload $unit
is "$? $(show MainPID) $(show ActiveState)" "0 $pid active" "reload: the same process goes on"
rm /etc/iotbpf/conf.d/test.conf

killed=$(now)
kill -9 "$pid"
took=60000
within 60 active && took=$(gap)
# RestartSec= is one second of the three. The others are for starting programs, which takes an emulated processor long: a real one starts the
# agent, which is most of that, in 350 ms.
most=3000
[ -n "$native" ] || most=$((1000 + 2000 * (start_ms > 350 ? start_ms : 350) / 350))
echo "# kill -9: ready again after $took ms of $most ms; a start takes $start_ms ms here"
[ "$took" -le $most ]
ok $? "kill -9: ready again within 3 s${native:+, by the clock}"
is "$(hooks)" 6 "with all hooks"
[ "$(show MainPID)" != "$pid" ]
ok $? "another process"
pid=$(show MainPID)
before=$(came_in)
ip netns exec d1 python3 tests/lib/frames.py e 100 --src 02:00:5e:10:00:01 --dst 02:00:5e:10:00:02 > /dev/null
sleep 2
more=$(($(came_in) - before))
is $more 100 "that count each frame once"

stopped=$(date +%s)
kill -STOP "$pid"
within 90 active
ok $? "the watchdog restarts an agent that stands still"
echo "# watchdog: ready again after $(($(date +%s) - stopped)) s"
is "$(hooks) $(journalctl -q -u $unit -o cat | grep -c 'Watchdog timeout')" "6 1" "with all hooks, and the journal says why"

pid=$(show MainPID)
systemctl stop $unit
is "$(left)" "0 0 0" "stop: nothing is left"
timeout 60 setpriv --bounding-set=-all,+bpf,+net_admin --inh-caps=-all iotbpf run br-lan --socket none --state none --events none 2> $work/log
is "$? $(grep -c CAP_PERFMON $work/log)" "77 1" "without CAP_PERFMON the kernel refuses the programs"
is "$(find /sys/fs/bpf/iotbpf 2> /dev/null | wc -l)" 0 "and nothing is left in the file system of pins"
mkdir -p $dropin
printf '[Service]\nRestart=no\n' > $dropin/once.conf
systemctl daemon-reload
systemctl start $unit
is "$(hooks)" 6 "start"
pid=$(show MainPID)
kill -9 "$pid"
within 20 sh -c "systemctl show -P ActiveState $unit | grep -q failed"
is "$(left)" "0 0 0" "killed and not started again: ExecStopPost leaves nothing"
rm -r $dropin
systemctl daemon-reload
[ "$(journalctl -q -u $unit -p err -o cat | grep -cv 'Watchdog\|Failed with result\|core-dump\|code=')" -eq 0 ]
ok $? "no error in the journal"
journalctl -q -u $unit -o short-monotonic | cut -c1-200 | sed 's/^/# /'
finish
