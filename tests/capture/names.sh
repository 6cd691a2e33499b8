#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Names and addresses of devices in real captures are those that tshark shows: DHCP's host name, the host of multicast DNS, who has which
# address by ARP. FULL=1: all captures.
. "$(dirname "$0")/../lib/check.sh"
data=${IOTBPF_DATA:-../shared/data}
if [ ! -d "$data" ] || ! command -v tshark > /dev/null; then
	echo "ok 1 - names # SKIP needs tshark and the captures in $data"
	echo "1..1"
	exit 0
fi
[ "${FULL:-0}" = 1 ] && every=1 || every=70
find "$data/sentinel" "$data/long" "$data/madea-0526" "$data/home-functions" -name '*.pcap*' -size -20M | sort | awk "NR % $every == 0" > "$work/files"
python3 tests/capture/names.py "$agent" "$work/files" > "$work/out" 2>&1
bad=$?
grep '^#' "$work/out"
[ $bad -eq 0 ] || sed 's/^/# /' "$work/out" | tail -n 20
is $bad 0 "names of $(wc -l < "$work/files") captures as tshark shows them"
echo "1..$n"
