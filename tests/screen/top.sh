#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# top in a real terminal (tmux) before a made-up agent of 200 devices: keys, resizing, what it costs, and that the terminal is given back
# whatever happens.
set -u
cd "$(dirname "$0")/../.." || exit 1
O=${O:-build}
agent=$(pwd)/$O/iotbpf
case $O in /*) agent=$O/iotbpf ;; esac
. tests/lib/tap.sh
for tool in tmux python3 jq bash pgrep; do
	command -v $tool > /dev/null || {
		echo "ok 1 - top # SKIP needs $tool"
		echo 1..1
		exit 0
	}
done
work=$(mktemp -d)
. tests/lib/tmux.sh
fake_pid=
trap 'terminal_end; [ -z "$fake_pid" ] || kill "$fake_pid" 2>/dev/null; wait; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

fake() { # DEVICES
	python3 tests/screen/fake_agent.py "$work/sock" --devices "$1" --requests "$work/requests" &
	fake_pid=$!
	i=0
	until [ -S "$work/sock" ] || [ $i -gt 200 ]; do
		i=$((i + 1))
		sleep 0.05
	done
}

fake_end() {
	kill "$fake_pid"
	wait "$fake_pid" 2> /dev/null
	fake_pid=
	rm -f "$work/sock"
}

top="$agent top --socket $work/sock"
fake 200
terminal 80 24
modes
line "$top -d 0.25"
sees "200 devices, 40 active" "the list"
screen | tail -n 1 | grep -q '^↵ open s sort f filter / find l label a alerts p periods Z pause ? help q quit$'
ok $? "its bar names the keys"
[ "$(screen | wc -L)" -le 80 ]
ok $? "80 columns are enough"

# What it costs, in ticks of 10 ms over 3 s.
pid=$(top_pid)
ticks() {
	awk '{ print $14 + $15 }' "/proc/$pid/stat"
}
before=$(ticks)
sleep 3
echo "# 200 devices at 4 frames a second, 80x24: $(awk "BEGIN { print ($(ticks) - $before) / 3 }") % of a core"
[ "$(ticks)" -lt $((before + 200)) ]
ok $? "it costs little"

keys Down Enter
sees "WHAT IT DID" "Enter: a device's page"
shows "udp/6666"
ok $? "with its flows"
grep -q '"flows": true, "device"' "$work/requests"
ok $? "the agent is asked for the flows of this one only"
keys Escape
shows "LAST 60 s"
keys p
sees "CHANCE" "p: periods"
keys p
keys a
sees "overwritten before they were" "a: alerts"
keys Escape
keys '?'
sees "this help" "?: help"
keys Escape
keys s
sees "Sort by" "s: menu"
keys g Enter
sees "NAME↓" "sorted by name"
keys I
sees "NAME↑" "I: inverted"
keys f
keys -l "type:bulb hue"
keys Enter
sees "no device passes the filter" "f: filter"
keys Escape
keys /
keys -l "garage"
keys Enter
sees "garage-bell" "Esc takes the filter away, /: found"
keys Z
sees "PAUSED at" "Z: paused"
keys Z
keys u
sees "idle hidden" "u: idle devices are hidden"
keys u
keys C
sees "[x] VENDOR" "C: columns"
keys Escape
keys l
shows "a type: what it is"
keys -l "Desk lamp"
keys Enter
sees 'label 7: it is "Desk lamp"' "l: a type is told to the agent"
tail -n 1 "$work/requests" | jq -e '.request == "label" and .type == "Desk lamp" and (.device | length) == 17' > /dev/null
ok $? "as it was typed"
keys l Up Space Tab
keys -l "Dimming"
keys Tab Tab C-u
keys -l "20"
keys Enter
sees 'it did "Dimming"' "l: a function of the last seconds"
tail -n 1 "$work/requests" | jq -e '.function == "Dimming" and .to_us - .from_us == 20000000 and (.to_us / 1e6 - now | fabs) < 30' > /dev/null
ok $? "with its time"
keys d C-u
keys -l "0.5"
keys Enter
i=0
until tail -n 1 "$work/requests" | grep -q '"every_ms": 500' || [ $i -gt 100 ]; do
	i=$((i + 1))
	sleep 0.05
done
tail -n 1 "$work/requests" | grep -q '"every_ms": 500'
ok $? "d: another delay"

$tmux resize-window -x 60 -y 20
sees "iotbpf top needs 80 x 24" "a terminal that is too small says so"
$tmux resize-window -x 200 -y 50
sees "VENDOR" "a large one has more columns"
[ "$(screen | grep -c '%')" -ge 30 ]
ok $? "and rows"
$tmux resize-window -x 80 -y 24

fake_end
sees "trying again" "the agent is gone"
fake 3
sees "3 devices" "and is there again"
keys q
shows 'ready>'
restored "q: the terminal is as before"

for signal in SEGV ABRT QUIT TERM HUP; do
	line "clear; $top; echo ended \$?"
	shows "3 devices"
	kill -$signal "$(top_pid)"
	shows "ended"
	restored "SIG$signal: the terminal is as before"
done
line "clear; $top"
shows "3 devices"
keys C-z
shows "Stopped"
restored "^Z: the shell has its terminal"
line "fg"
sees "3 devices" "fg: top goes on"
keys j
kill -STOP "$(top_pid)"
shows "Stopped"
line "fg"
sees "3 devices" "and after SIGSTOP"
keys C-c
shows 'ready>'
restored "^C: the terminal is as before"

line "clear; NO_COLOR=1 $top"
shows "3 devices"
! $tmux capture-pane -ep | grep -q "$(printf '\033')\[[0-9;]*3[0-7]m"
ok $? "NO_COLOR: none"
keys q
shows 'ready>'
line "clear; $top"
shows "3 devices"
$tmux capture-pane -ep | grep -q "$(printf '\033')\[[0-9;]*3[0-7]m"
ok $? "colours otherwise"
keys q
shows 'ready>'
line "clear; TERM=dumb $top"
sees "no screen can be drawn on a terminal of type 'dumb'" "a terminal without a cursor: why not"

terminal_end
is "$($top -b -n 2 -d 0.1 | grep -c ' of 3 devices$')" 2 "-b -n 2: two lists"
is "$($top -b -n 1 -d 0.1 -F name:front -s name -U | LC_ALL=C grep -c '[^ -~]')" 0 "-U: ASCII only"
is "$($top -b -n 1 -F name:front | wc -l)" 3 "-F: one device"
is "$($top -n 2 -d 0.1 --json | jq -s 'map(.devices | length) | add')" 6 "--json: snapshots, one a line"
is "$($top -b -n 1000000 -d 0.1 | head -n 1 | wc -l)" 1 "a reader that goes away"
$top --json -n 9 > /dev/full 2> "$work/err"
is "$? $(wc -l < "$work/err")" "74 1" "a full disk: one line says so"
$top > "$work/out" 2> "$work/err"
is "$? $(wc -l < "$work/err") $(wc -c < "$work/out")" "64 1 0" "no terminal: one line says so"
fake_end
$top -b > "$work/out" 2> "$work/err"
is "$? $(wc -l < "$work/err")" "69 1" "no agent: one line says so"
"$agent" top --help | grep -q -- '--no-unicode'
ok $? "--help"
echo "1..$n"
