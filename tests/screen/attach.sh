#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# top on a real bridge: with no agent it runs one and ends it, without the right to it says how, and with an agent it is a client.
. "$(dirname "$0")/../lib/net.sh"
for tool in tmux bash pgrep setpriv; do
	command -v $tool > /dev/null || skip_all "needs $tool"
done
. tests/lib/tmux.sh
case $agent in /*) ;; *) agent=$(pwd)/$agent ;; esac
trap 'terminal_end; stop_agent >/dev/null 2>&1; rm -rf "$work"' EXIT


# The process of top: the child of the terminal's shell.
pane_top() {
	pgrep -P "$($tmux display-message -p '#{pane_pid}')"
}

house 2
terminal 80 24
modes
line "clear; $agent top br0 -d 0.5"
sees "br0: 2 ports" "no agent: top runs one on the bridge"
child=$(pgrep -P "$(pane_top)")
directory=$(dirname "$(tr '\0' '\n' < "/proc/$child/cmdline" | grep '/sock$')")
[ -d "$directory" ]
ok $? "as a child, with a socket of its own"
frames d1 20 --rate 20
sees "1 devices" "which counts what a device sends"
keys Enter
sees "02:00:00:00:00:01 (random) behind p1" "a device's page"
shows "udp/"
ok $? "its flow"
keys l Up Space Tab
keys -l "burst"
keys Enter
sees "keeps nothing" "what the agent refuses is shown"
keys q
shows 'ready>'
restored "q: the terminal is as before"
within 5 sh -c "! kill -0 $child"
ok $? "and the agent has ended"
[ ! -e "$directory" ]
ok $? "it leaves nothing behind"

line "clear; $agent top br0 -d 0.5"
shows "br0: 2 ports"
child=$(pgrep -P "$(pane_top)")
kill -KILL "$child"
shows 'ready>'
restored "the agent is killed: the terminal is as before"
line "clear; $agent top br0 -d 0.5"
shows "br0: 2 ports"
child=$(pgrep -P "$(pane_top)")
directory=$(dirname "$(tr '\0' '\n' < "/proc/$child/cmdline" | grep '/sock$')")
kill -KILL "$(pane_top)"
within 5 sh -c "! kill -0 $child"
ok $? "top is killed: its agent ends"
rm -rf "$directory"
terminal_end

"$agent" top nowhere0 > "$work/out" 2> "$work/err"
status=$?
[ $status -ne 0 ] && grep -q 'nowhere0' "$work/err"
ok $? "no such interface: $(tail -n 1 "$work/err") ($status)"
setpriv --reuid 65534 --clear-groups --bounding-set=-all --inh-caps=-all "$agent" top br0 > "$work/out" 2> "$work/err"
is "$? $(wc -l < "$work/err")" "77 1" "without the right to: one line"
grep -q 'sudo iotbpf top br0' "$work/err"
ok $? "with the remedy"

start_agent br0
is "$("$agent" top br0 --socket "$work/sock" --json -n 1 | jq -r '.ports | length')" 2 "a client of the agent that runs"
frames d1 3
frames d2 3 --src 02:00:00:00:00:02 --dst 02:00:00:00:00:01
soon 5 "2 1" "a port: what is behind it" sh -c "echo \$($agent top br0 --socket $work/sock -b -n 1 | grep -c '02:00:00:00:00:0') \
	\$($agent top p1 --socket $work/sock -b -n 1 | grep -c '02:00:00:00:00:0')"
chmod 711 "$work"
is "$(setpriv --reuid 65534 --regid 0 --clear-groups --bounding-set=-all --inh-caps=-all "$agent" top --socket "$work/sock" --json -n 1 | jq .ok)" true \
	"without root, as a member of the socket's group"
"$agent" top d9 --socket "$work/sock" --json -n 1 2> "$work/err"
is "$? $(grep -c 'does not watch d9' "$work/err")" "69 1" "which watches another interface"
stop_agent
ok $? "the agent ends well"
finish
