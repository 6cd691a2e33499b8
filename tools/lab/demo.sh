#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# make demo: a household in network namespaces, the agent on its bridge, and what it found beside what was done.
# TOP=1 shows it live in `iotbpf top` until q. CAPTURE=FILE replays a capture instead; SECONDS_=N, DEVICES=LIST, SEED=N, MODEL=FILE change the rest.
set -u
O=${O:-build}
lab=$O/iotbpf-lab
agent=$O/iotbpf
prefix=demo
top=${TOP:-}
seconds=${SECONDS_:-${top:+3600}}
seconds=${seconds:-60}
devices=${DEVICES:-all}
seed=${SEED:-$(date +%s)}
model=${MODEL:-}
capture=${CAPTURE:-}
work=$(mktemp -d)
agent_pid= show_pid= lab_pid= interrupted=

say() {
	echo "$@" >&2
}

clean_up() {
	[ -z "$lab_pid" ] || kill -TERM "$lab_pid" 2>/dev/null
	[ -z "$agent_pid" ] || kill -TERM "$agent_pid" 2>/dev/null
	wait 2>/dev/null
	"$lab" down --prefix $prefix
	rm -rf "$work"
}

# A wait that a signal cuts short is taken up again: what was told to end does end.
wait_for() {
	wait "$1"
	status=$?
	while kill -0 "$1" 2>/dev/null; do
		wait "$1"
		status=$?
	done
	return $status
}

interrupt() {
	interrupted=1
	[ -z "$lab_pid" ] || kill -TERM "$lab_pid" 2>/dev/null
}

[ "$(id -u)" -eq 0 ] || {
	say "make demo builds network namespaces and loads BPF programs: run it as root (sudo make demo)"
	exit 77
}
trap clean_up EXIT
trap interrupt INT TERM HUP

# A model of the household, learnt from other hours of it than the one that is shown: three busy ones, two idle ones.
learn() {
	model=$O/lab.iotm
	[ -x "$O/iotbpf-train" ] || { model=none; return; }
	[ -s "$model" ] && [ -z "$(find tools/lab/devices "$O/iotbpf-train" -newer "$model" 2>/dev/null)" ] && return
	say "learning this household from synthesised hours: about 2 minutes of computing, once"
	for hour in 1 2 3 4 5; do
		how="--seconds 900 --split-trials"
		[ $hour -le 3 ] || how="--seconds 7200 --functions none"
		"$lab" synth --seed $hour $how -o "$work/hour$hour.pcap" --manifest "$work/hour$hour.csv" 2>>"$work/train.log"
	done
	{ head -n 1 "$work/hour1.csv"; tail -q -n +2 "$work"/hour[1-5].csv; } >"$work/all.csv"
	"$O/iotbpf-train" --manifest "$work/all.csv" --root "$work" --method forest --windows 12 --stride 10 --folds 2 --name household \
		-o "$model" >>"$work/train.log" 2>&1 && { rm -f "$work"/hour*; return; }
	tail -n 5 "$work/train.log" >&2
	say "no model could be learnt; devices and functions will have no names"
	rm -f "$model"
	model=none
}

if [ -n "$capture" ]; then
	[ -r "$capture" ] || { say "cannot read the capture $capture"; exit 66; }
	"$lab" replay --prefix $prefix --wire-only --keep "$capture" || exit
else
	[ -n "$model" ] || learn
	"$lab" up --prefix $prefix --devices "$devices" || exit
fi

mkfifo "$work/pipe"
if [ -n "$top" ]; then
	cat >"$work/events" <"$work/pipe" &
else
	"$lab" show -o "$work/events" <"$work/pipe" &
fi
show_pid=$!
nsenter --net=/run/netns/$prefix-rtr "$agent" run ${model:+--model "$model"} --format json --socket "$work/sock" --state none br-lan \
	>"$work/pipe" 2>"$work/agent.log" &
agent_pid=$!
i=0
until grep -q '"start"' "$work/events" 2>/dev/null; do
	i=$((i + 1))
	if [ $i -gt 100 ] || ! kill -0 $agent_pid 2>/dev/null; then
		cat "$work/agent.log" >&2
		say "the agent did not start"
		exit 1
	fi
	sleep 0.1
done

# What the household says of itself would be written across the screen of top.
exec 3>&1 4>&2
[ -z "$top" ] || exec 3>"$work/lab.log" 4>&3

if [ -n "$capture" ]; then
	say "replaying $capture for up to $seconds s at its own pace (Ctrl-C ends it)"
	"$lab" replay --prefix $prefix --keep --seconds "$seconds" "$capture" >&3 2>&4 &
else
	say "the household lives for $seconds s (${top:+q or }Ctrl-C ends it)"
	"$lab" run --prefix $prefix --devices "$devices" --seconds "$seconds" --seed "$seed" --keep \
		--truth "$work/truth.json" >&3 2>&4 &
fi
lab_pid=$!
[ -z "$interrupted" ] || interrupt
if [ -n "$top" ]; then
	"$agent" top --socket "$work/sock"
	interrupt
fi
wait_for $lab_pid
lab_pid=
sleep 1.2 # the agent's last look at its table
kill -TERM $agent_pid 2>/dev/null
wait_for $agent_pid || cat "$work/agent.log" >&2
agent_pid=
wait_for $show_pid

# The table is for people: events are all that a pipe gets.
summary() {
	echo
	if [ -s "$work/truth.json" ]; then
		"$lab" compare --truth "$work/truth.json" "$work/events"
	else
		"$lab" compare "$work/events"
	fi
}
if [ -t 1 ]; then summary; else summary >&2; fi
