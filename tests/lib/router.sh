# SPDX-License-Identifier: BSD-2-Clause
# For the tests in an installed Debian with systemd, in a machine of ci/kernels: source it first. Anywhere else the test is skipped.
set -u
work=/run/vm-tests
export LC_ALL=C.UTF-8
native= # not empty: on this machine's own processor, not an emulated one
[ ! -e /run/systemd/container ] || native=1

if [ ! -d /run/systemd/system ] || [ ! -e /work/ci/vm/list ]; then
	echo "ok 1 - $(basename "$0" .sh) # SKIP runs where systemd is the first process: make kernels"
	exit 0
fi
cd /work || exit 1
. tests/lib/tap.sh
mkdir -p $work

finish() {
	echo "1..$n"
}

# within SECONDS COMMAND...: true as soon as the command is.
within() {
	end=$(($(date +%s) + $1))
	shift
	until "$@" > /dev/null 2>&1; do
		[ "$(date +%s)" -lt $end ] || return 1
		sleep 0.3
	done
}

# What the account has in the kernel: prog or link. The kernel may be shared with other people's agents.
of_account() {
	bpftool prog show | awk -v id="$(id -u iotbpf)" '/^[0-9]+:/ {ours = / name iotbpf_/ ? $1 + 0 : 0} ours && / uid / {if ($NF == id) print ours}' > $work/programs
	case $1 in
	prog) cat $work/programs ;;
	link) bpftool link show | sed -n 's/.* prog \([0-9]*\).*/\1/p' | grep -xFf $work/programs ;;
	esac | wc -l
}

# router: a bridge br-lan with ports p1 to p3, and behind each a namespace with a device.
router() {
	ip link add br-lan type bridge mcast_snooping 0
	ip addr add 192.168.1.1/24 dev br-lan
	sysctl -qw net.ipv6.conf.all.disable_ipv6=1
	ip link set br-lan up
	for i in 1 2 3; do
		ip netns add d$i
		ip netns exec d$i sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
		ip link add p$i type veth peer name e netns d$i
		ip link set p$i master br-lan up
		ip -n d$i link set e address 02:00:5e:10:00:0$i up
		ip -n d$i addr add 192.168.1.1$i/24 dev e
	done
}

# talk: each device asks for an address under its name, and then sends a frame every two seconds, for five minutes.
talk() {
	i=0
	for name in kitchen-lamp hall-camera printer; do
		i=$((i + 1))
		ip netns exec d$i busybox udhcpc -f -q -n -t 1 -T 1 -i e -x hostname:$name -s /bin/true > /dev/null 2>&1
		ip netns exec d$i python3 tests/lib/frames.py e 150 --src 02:00:5e:10:00:0$i --dst ff:ff:ff:ff:ff:ff --port $((6665 + i)) --rate 0.5 > /dev/null &
	done
	wait
}
