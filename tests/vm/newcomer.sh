#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The newcomer's path, on an installed Debian 12 that never saw iotbpf: install the package, ask doctor, enable the service, look. Runs in a
# virtual machine of ci/kernels, which is left with the service running. What was typed and answered is told with "#> " in front.
. "$(dirname "$0")/../lib/router.sh"

# types COMMAND: as a person at a terminal would; its output goes into the transcript and to "out".
types() {
	echo "#> # $1"
	sh -c "$1" > "$work/out" 2>&1
	typed=$?
	sed 's/^/#> /' "$work/out"
}

router
mkdir -p /root/packages
cp iotbpf_*.deb /root/packages/
cd /root/packages || exit 1
export DEBIAN_FRONTEND=noninteractive TERM=dumb
types "apt-get install -y -qq ./iotbpf_*.deb"
is "$typed $(dpkg-query -W -f '${Status}' iotbpf)" "0 install ok installed" "the package installs, with what it depends on"
is "$(getent passwd iotbpf | cut -d: -f6,7)" "/var/lib/iotbpf:/usr/sbin/nologin" "its account is there"
types "iotbpf doctor br-lan"
is "$typed $(grep -c '^problem' "$work/out")" "0 0" "doctor finds no problem"
is "$(grep -cE '^good +p[123] ' "$work/out")" 3 "and names the hooks of three ports"
types "systemctl enable --now iotbpf@br-lan"
is "$typed $(systemctl is-active iotbpf@br-lan)" "0 active" "the service starts"
(cd /work && talk) &
sleep 30
types "iotbpf top -b -n 1"
is "$typed $(grep -c 02:00:5e:10:00:0 "$work/out")" "0 3" "top shows the three devices"
types "iotbpf status"
is "$typed" 0 "and status what is seen where"
pkill -f tests/lib/frames.py # the devices are silent for the tests that follow
finish
