#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# --coexist libxdp: beside another XDP program in libxdp's dispatcher, where the kernel has trampolines (the virtual machines of ci/kernels);
# elsewhere TC, which is said. Nothing is left in either case.
. "$(dirname "$0")/../lib/net.sh"
ldconfig -p 2>/dev/null | grep -q 'libxdp\.so\.1' || ls /usr/lib/*/libxdp.so.1 > /dev/null 2>&1 || skip_all "needs libxdp"
pinned=/sys/fs/bpf/xdp
mkdir -p "$work/bpf"
mount -t bpf none /sys/fs/bpf 2>/dev/null || skip_all "needs a bpf file system"

others() { # port: other XDP programs in its dispatcher
	xdp-loader status "$1" 2>/dev/null | grep -c 'xdp_pass\|xdpfilt' || true
}

nothing_left() {
	is "$(bpftool net show | grep -c iotbpf)$(find $pinned -name 'dispatch-*' 2>/dev/null | wc -l)" 00 "$1: nothing is left on any interface"
}

house 2
start_agent br0 --hook xdp --coexist libxdp --pin none --events flow
hook=$(port p1 .ingress)
note=$(port p1 .note)
frames d2 1 --src 02:00:00:00:00:02 --dst 02:00:00:00:00:01
frames d1 300 --size 200
soon 3 300 "frames at the sender's port" port p1 .in_frames

if [ "$hook" != xdp-dispatcher ]; then
	is "$hook $(echo "$note" | grep -c 'no XDP dispatcher: kernel or driver lacks')" "tcx 1" "no trampolines: TC, and status says why"
	is "$(grep -c 'p1: ingress tcx, .*no XDP dispatcher' "$work/log")" 1 "so does the log, for each port"
	stop_agent
	nothing_left "TC"
	finish
	exit 0
fi

is "$hook" xdp-dispatcher "status names the hook"
if command -v xdp-filter > /dev/null; then
	# A filter that comes later drops all UDP: what it drops is seen, as it stands behind.
	xdp-filter load p1 -m native -f udp -p allow && xdp-filter port 6666 -p udp -m dst
	ok $? "xdp-filter joins the dispatcher"
	frames d1 200 --size 200
	soon 3 500 "counted in front of the filter" port p1 .in_frames
	is "$(port p1 .ingress)" xdp-dispatcher "it stays where it is"
	xdp-filter unload p1
	frames d1 100 --size 200
	soon 3 600 "and goes on when the filter has left" port p1 .in_frames
	stop_agent
	xdp-filter load p1 -m native -f udp -p deny
	start_agent br0 --hook xdp --coexist libxdp --pin none --events flow
	is "$(port p1 .ingress)" xdp-dispatcher "an agent that comes later joins, too"
	frames d1 50 --size 200
	soon 3 50 "and counts" port p1 .in_frames
	stop_agent
	is "$(xdp-filter status 2>/dev/null | grep -c 'p1 ')" 1 "the filter stays when the agent goes"
	xdp-filter unload p1
else
	stop_agent
fi
nothing_left "dispatcher"

start_agent br0 --hook xdp --coexist libxdp --pin none --events flow
kill -9 "$agent_pid"
wait "$agent_pid" 2>/dev/null
agent_pid=
start_agent br0 --hook xdp --coexist libxdp --pin none --events flow
frames d1 40 --size 200
soon 3 40 "killed, started again: each frame counts once" port p1 .in_frames
kill -9 "$agent_pid"
wait "$agent_pid" 2>/dev/null
agent_pid=
"$agent" detach > "$work/detached"
is "$?" 0 "detach after another kill"
nothing_left "detach"
finish
