#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The picture of the README from the real thing: `make demo TOP=1` in a terminal for some minutes, then its screen as SVG.
# picture.sh FILE.svg [SECONDS]; needs root, tmux; O=, MODEL=, SEED= as the demo does.
set -u
[ $# -ge 1 ] || { echo "usage: $0 FILE.svg [SECONDS]" >&2; exit 64; }
columns=132 rows=24
file=$1 seconds=${2:-150}
export LC_ALL=C.utf8 TERM=xterm-256color TZ=UTC
said=
TMUX_TMPDIR=$(mktemp -d)
export TMUX_TMPDIR
terminal="tmux -f /dev/null"
trap '$terminal kill-server 2>/dev/null; rm -rf "$TMUX_TMPDIR"' EXIT
$terminal new-session -d -x $columns -y $rows "TOP=1 O=${O:-build} MODEL=${MODEL:-} SEED=${SEED:-7} sh tools/lab/demo.sh; sleep 5"
$terminal set-option -g status off
$terminal resize-window -x $columns -y $rows
until $terminal capture-pane -p 2>/dev/null | tee "$file.pane" | grep -q 'iotbpf top'; do
	[ ! -s "$file.pane" ] || said=$(grep . "$file.pane" | tail -n 3)
	if ! $terminal has-session 2>/dev/null; then
		echo "the demo ended: $said" >&2
		rm -f "$file.pane"
		exit 1
	fi
	sleep 1
done
rm -f "$file.pane"
sleep "$seconds"
$terminal capture-pane -ep | python3 tests/tools/pane-to-svg $columns > "$file"
$terminal send-keys q
while $terminal has-session 2>/dev/null; do
	sleep 1
done
