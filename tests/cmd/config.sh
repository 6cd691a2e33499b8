#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# iotbpf config: check, show, default; and the units of systemd.
. "$(dirname "$0")/../lib/check.sh"
unset IOTBPF_STATE

check "default" 0 "$agent" config default
sed -i 's/^# \([a-z-]* = .\)/\1/' "$work/out"
cp "$work/out" "$work/all.conf"
check "every option with its default is a good file" 0 "$agent" config check --config "$work/all.conf"
contains out "1 file: good" "which says so"
printf '[run]\noperands = br-lan eth1\nhook = tcx\n' > "$work/a.conf"
IOTBPF_STATS=5m check "show" 0 "$agent" config show --config "$work/a.conf"
contains out "^hook  *= tcx  *# $work/a.conf" "an option and the file that it comes from"
contains out "^stats  *= 5m  *# IOTBPF_STATS" "and a variable"
contains out "^newcomers  *= [0-9]* *# default" "and a default"
contains out "^operands  *= eth1 " "interfaces"
check "show --json" 0 "$agent" config show --json --config "$work/a.conf"
is "$(jq -r '.run[] | select(.name == "hook") | .value' "$work/out")" tcx "as an object"
printf '[run]\nhook = ebpf\n' > "$work/b.conf"
check "a wrong value" 78 "$agent" config check --config "$work/b.conf"
contains err "b.conf:2: hook: 'ebpf' is none of auto, " "which names file, line and remedy"
check "a missing file" 78 "$agent" config check --config "$work/none.conf"
check "an unknown word" 64 "$agent" config print

if command -v systemd-analyze > /dev/null; then
	make -s O="$work" SANITIZE=0 PREFIX=/usr "$work/systemd/iotbpf.service" "$work/systemd/iotbpf@.service"
	level=$(systemd-analyze security --offline=true --no-pager "$work/systemd/iotbpf.service" | sed -n 's/.*exposure level.*: \([0-9.]*\) .*/\1/p')
	echo "# systemd-analyze security: $level"
	is "$(echo "$level <= 2.1" | awk '{print ($1 <= $3)}')" 1 "the unit's exposure is at most 2.1"
else
	echo "ok $((n = n + 1)) - the unit's exposure # SKIP no systemd-analyze"
fi
