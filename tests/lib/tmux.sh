# SPDX-License-Identifier: BSD-2-Clause
# A terminal for the tests of top: tmux with a shell in it. Source it; $work is a directory that the test removes, $n counts results.
export LC_ALL=C.utf8 TERM=xterm-256color TMUX_TMPDIR="$work"
tmux="tmux -f /dev/null"

# terminal COLUMNS ROWS [VARIABLE=VALUE...]: a shell with job control in a fresh terminal.
terminal() {
	columns=$1 rows=$2
	shift 2
	$tmux new-session -d -x "$columns" -y "$rows" env "$@" PS1='ready> ' HISTFILE= bash --norc --noprofile -i
	$tmux set-option -g status off > /dev/null
	$tmux resize-window -x "$columns" -y "$rows"
	shows 'ready>'
}

terminal_end() {
	$tmux kill-server 2> /dev/null
}

keys() {
	$tmux send-keys "$@"
}

line() { # COMMAND: typed into the shell
	$tmux send-keys -l "$1"
	$tmux send-keys Enter
}

screen() {
	$tmux capture-pane -p
}

# shows TEXT: within 10 s
shows() {
	i=0
	until screen | grep -qF -- "$1"; do
		i=$((i + 1))
		[ $i -lt 200 ] || return 1
		sleep 0.05
	done
}

ok() {
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then echo "ok $n - $2"; else
		screen 2> /dev/null | sed 's/^/# /'
		echo "not ok $n - $2"
	fi
}

# sees TEXT NAME: one result
sees() {
	shows "$1"
	ok $? "$2"
}

# restored NAME: the shell has its terminal as it was before `modes`.
restored() {
	line "clear; stty -g > $work/modes.after; echo ba''ck"
	shows back && cmp -s "$work/modes" "$work/modes.after" &&
		[ "$($tmux display-message -p '#{alternate_on}#{cursor_flag}#{keypad_cursor_flag}')" = 010 ]
	ok $? "$1"
}

modes() {
	line "clear; stty -g > $work/modes; echo kno''wn"
	shows known
}

# The process of top in the terminal.
top_pid() {
	pgrep -f "iotbpf top .*$work/sock" | tail -n 1
}
