#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# OpenWrt's init script in a root of its own, run by busybox's ash: what UCI says becomes a file that the agent takes, and procd gets
# a command that runs. The functions of OpenWrt are ours there (tests/lib/openwrt).
. "$(dirname "$0")/../lib/net.sh"
busybox=$(command -v busybox) && "$busybox" ash -c true 2>/dev/null || skip_all "needs busybox"

root=$work/root
mkdir -p "$root/bin" "$root/usr/bin" "$root/etc/config" "$root/etc/init.d" "$root/etc/iotbpf/conf.d" "$root/lib/functions" "$root/tmp" "$root/var" \
	"$root/proc" "$root/sys" "$root/dev" "$root/run"
cp "$busybox" "$root/bin/"
for applet in ash sh cat mkdir mv tr awk sed ln grep sleep; do ln -s busybox "$root/bin/$applet"; done
cp "$agent" "$root/usr/bin/"
for library in $(ldd "$busybox" "$agent" 2>/dev/null | grep -o '/[^ ]*\.so[^ ]*' | sort -u); do
	mkdir -p "$root${library%/*}"
	cp "$library" "$root$library"
done
cp tests/lib/openwrt/rc.common "$root/etc/"
cp tests/lib/openwrt/functions.sh "$root/lib/"
cp tests/lib/openwrt/network.sh "$root/lib/functions/"
cp agent/share/openwrt/iotbpf/files/iotbpf.init "$root/etc/init.d/iotbpf"
cp agent/share/openwrt/iotbpf/files/iotbpf.config "$root/etc/config/iotbpf"
echo "lan br-lan br-lan" > "$root/tmp/network"

# proc and sys are there for the command only, so that nothing is mounted under what is removed in the end.
cat > "$work/in-root" <<SH
#!/bin/sh
unset IOTBPF_STATE
exec unshare --mount sh -c 'mount -t proc none "\$0/proc" && mount -t sysfs none "\$0/sys" && mount --bind /sys/fs/bpf "\$0/sys/fs/bpf" && exec chroot "\$0" "\$@"' "$root" "\$@"
SH
chmod +x "$work/in-root"

init() { # action
	: > "$root/tmp/syslog"
	"$work/in-root" /bin/ash /etc/rc.common /etc/init.d/iotbpf "$1" 2> "$work/err"
	code=$?
	[ ! -s "$work/err" ] || sed 's/^/# /' "$work/err"
	return $code
}

# lines FILE LINE...: what a file has
lines() {
	file=$1
	shift
	printf '%s\n' "$@" | diff - "$root$file" > "$work/diff" || sed 's/^/# /' "$work/diff"
	[ ! -s "$work/diff" ]
}

init start
ok $? "the configuration as shipped"
lines /var/etc/iotbpf/iotbpf.conf "[run]" "operands = br-lan" "events = none"
ok $? "watches br-lan, and nothing else is said"
lines /tmp/procd open_instance "command /usr/bin/iotbpf run --handover" "file /etc/iotbpf/iotbpf.conf" "stderr 1" respawn "term_timeout 20" close_instance \
	"reload_trigger iotbpf" "interface_trigger interface.* lan /etc/init.d/iotbpf reload"
ok $? "procd: the command, the file that it depends on, and what starts it anew"
is "$("$work/in-root" /usr/bin/iotbpf config check)" "1 file: good" "iotbpf.conf leads to what was written"

cat > "$root/etc/config/iotbpf" <<'UCI'
config iotbpf 'main'
	option enabled 'on'
	list network 'lan'
	list network 'guest'
	option interface 'eth5'
	option stats '5m'
	option write_every '1h'
	option require_signature '1'
	list gateway '02:00:00:00:00:01'
	list gateway '02:00:00:00:00:02'
	option model 'none'
	option socket '/run/iotbpf/a b.sock'
config other 'more'
	option stats '7m'
UCI
printf 'lan br-lan br-lan\nguest - br-guest\n' > "$root/tmp/network"
init start
lines /var/etc/iotbpf/iotbpf.conf "[run]" "operands = br-lan br-guest eth5" "events = none" "stats = 5m" "write-every = 1h" "require-signature = 1" \
	"gateway = 02:00:00:00:00:01" "gateway = 02:00:00:00:00:02" "model = none" "socket = /run/iotbpf/a b.sock"
ok $? "options, lists, networks that are down; enabled and network are the script's own"
"$work/in-root" /usr/bin/iotbpf config show --json > "$work/show"
is "$(jq -r '[.run[] | select(.name == "operands" or .name == "gateway" or .name == "write-every" or .name == "socket").value] | join(",")' "$work/show")" \
	"br-lan,br-guest,eth5,02:00:00:00:00:01,02:00:00:00:00:02,/run/iotbpf/a b.sock,1h" "and the agent reads them so"
is "$(grep -c "section 'more' of type 'other' is not used" "$root/tmp/syslog")" 1 "a section that nobody reads is named"

cp "$root/var/etc/iotbpf/iotbpf.conf" "$work/before"
cp "$root/tmp/procd" "$work/procd-before"
sed -i "s/option stats '5m'/option stats 'soon'/" "$root/etc/config/iotbpf"
! init reload
ok $? "a mistake: reload fails"
cmp -s "$work/before" "$root/var/etc/iotbpf/iotbpf.conf" && cmp -s "$work/procd-before" "$root/tmp/procd"
ok $? "the file stays, and procd hears nothing, so that the agent goes on"
is "$(grep -c "not taken: .*stats: 'soon' is not a duration" "$root/tmp/syslog")" 1 "the log says what is wrong"
init start
is "$(grep -c command "$root/tmp/procd")" 0 "at a start there is no instance"
sed -i "s/option stats 'soon'/option no_such '1'/" "$root/etc/config/iotbpf"
init start
is "$(grep -c 'no-such: no such option' "$root/tmp/syslog")" 1 "an option that is none is refused, not passed over"
sed -i "/no_such/d; s/'on'/'0'/" "$root/etc/config/iotbpf"
init reload
is "$(grep -c command "$root/tmp/procd")" 0 "enabled 0: no instance"

cp agent/share/openwrt/iotbpf/files/iotbpf.config "$root/etc/config/iotbpf"
: > "$root/tmp/network"
init start
is "$? $(grep -c command "$root/tmp/procd") $(grep -c 'nothing to watch yet' "$root/tmp/syslog")" "0 0 1" "a network that is not there yet: waits for it"

rm "$root/etc/iotbpf/iotbpf.conf"
printf '[run]\noperands = eth9\n' > "$root/etc/iotbpf/iotbpf.conf"
init start
is "$(grep -c command "$root/tmp/procd") $(grep -c 'is a file' "$root/tmp/syslog") $(grep -c eth9 "$root/etc/iotbpf/iotbpf.conf")" "1 1 1" \
	"a file of the owner's own is left alone, used, and the log says so"

# And the whole of it: a bridge, a network, the command that procd is told.
rm "$root/etc/iotbpf/iotbpf.conf"
printf 'lan br-lan br-lan\n' > "$root/tmp/network"
sed -i "s/'lan'/'lan'\n\toption model 'none'\n\toption stats '0'/" "$root/etc/config/iotbpf"
house 2
ip link set br0 name br-lan
procd() { # the command that procd was told, and its process where the init script's end finds it
	"$work/in-root" $(sed -n 's/^command //p' "$root/tmp/procd") > "$work/events" 2> "$work/log" &
	agent_pid=$!
	within 10 answers
	echo $agent_pid > "$root/tmp/pid"
}

answers() {
	"$work/in-root" /usr/bin/iotbpf status --json > "$work/status" 2> /dev/null && [ "$(jq .pid "$work/status")" = $agent_pid ]
}

pinned() {
	find /sys/fs/bpf -name '*-[0-9]*' | wc -l
}

init start
procd
is "$(jq -r '[.ports[].in_iface] | sort | join(" ")' "$work/status")" "p1 p2" "the agent that procd would start watches the ports of lan"
is "$(test -e "$root/var/lib/iotbpf/iotbpf.db" && echo kept)" kept "and keeps its state in /var/lib/iotbpf"
hooks=$(pinned)
init restart
wait $agent_pid
is "$? $(pinned)" "0 $hooks" "restart: the agent ends, its $hooks hooks stay"
procd
is "$(jq -c '[.table.agents, .table.handover]' "$work/status") $(grep -c 'takes over' "$work/log")" "[2,true] 1" "and the next one takes them over"
init stop
is "$(kill -0 $agent_pid 2> /dev/null && echo runs) $(pinned)" " 0" "stop: waits for its end, and nothing is left"
procd
sed -i "s/enabled '1'/enabled '0'/" "$root/etc/config/iotbpf"
(sleep 1; kill $agent_pid) & # as procd does with what is not named any more
init reload
is "$(pinned)" 0 "enabled 0: nothing is left either"
agent_pid=

# The package's makefile, as far as it is a makefile.
cat > "$work/rules.mk" <<'MK'
BuildPackage = $(info $(Package/$(1)))
Download = FILE:=
MK
touch "$work/package.mk" "$work/bpf.mk"
make -s -C agent/share/openwrt/iotbpf TOPDIR="$work" INCLUDE_DIR="$work" -pn > "$work/make" 2> /dev/null
is "$(grep '^PKG_VERSION := ' "$work/make")" "PKG_VERSION := $(sed -n 's/^VERSION := //p' Makefile)" "the package's version is the tree's"
finish
