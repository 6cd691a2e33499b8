#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The packages: what is in them, and that the same tree gives the same bytes.
. "$(dirname "$0")/../lib/check.sh"

for tool in dpkg-deb dpkg-shlibdeps scdoc; do
	command -v $tool > /dev/null || { echo "ok 1 - packages # SKIP no $tool"; exit 0; }
done
build() { # directory: a copy of what is built, so that nothing is compiled again
	mkdir -p "$work/$1"
	cp "$O/iotbpf" "$O/iotbpf-train" "$work/$1/"
	O=$work/$1 SOURCE_DATE_EPOCH=1700000000 sh ci/deb/build 0.0.1
}
check "packages" 0 build a
check "packages once more" 0 build b
for p in "$work"/a/deb/*.deb; do
	is "$(sha256sum < "$p")" "$(sha256sum < "$work/b/deb/${p##*/}")" "${p##*/}: the same bytes"
done
dpkg-deb -c "$work"/a/deb/iotbpf_*.deb > "$work/list"
for path in usr/bin/iotbpf lib/systemd/system/iotbpf.service lib/systemd/system/iotbpf@.service usr/lib/sysusers.d/iotbpf.conf etc/iotbpf/iotbpf.conf \
	usr/share/man/man8/iotbpf.8.gz usr/share/bash-completion/completions/iotbpf usr/share/iotbpf/events.json; do
	is "$(grep -c " ./$path\$" "$work/list")" 1 "iotbpf has /$path"
done
is "$(dpkg-deb -f "$work"/a/deb/iotbpf_*.deb Depends | grep -c 'libbpf1.*libsqlite3-0')" 1 "and its dependencies"
is "$(dpkg-deb -f "$work"/a/deb/iotbpf_*.deb Depends | grep -c xgboost)" 0 "which training's library is not one of"

# For another machine, which takes minutes: what its program says of a capture, on an emulated processor, is what this machine's says.
[ "${FULL:-0}" = 1 ] && [ "$(dpkg --print-architecture)" = amd64 ] || exit 0
mkdir -p "$O/cross"
cp "$O/iotbpf" "$O/iotbpf-train" "$O/cross/"
cross() {
	O=$O/cross ARCH=arm64 sh ci/deb/build 0.0.1
}
check "packages for arm64, by lintian's leave" 0 cross
is "$(dpkg-deb -f "$O"/cross/deb/iotbpf_0.0.1_arm64.deb Architecture)" arm64 "are for arm64"
is "$(cmp "$O/cross/arm64/bpf/iotbpf.bpf.o" "$O/bpf/iotbpf.bpf.o" && echo same)" same "with the same kernel programs"
if command -v qemu-aarch64-static > /dev/null; then
	emulated="qemu-aarch64-static -L $O/cross/sysroot-arm64 $O/cross/arm64/iotbpf"
	"$O"/iotbpf-lab synth --seconds 600 --seed 4 --devices tuya-bulb,wemo-plug -o "$work/home.pcap" 2> /dev/null
	is "$($emulated version)" "$("$agent" version)" "version"
	is "$($emulated read --summary --json "$work/home.pcap" | sha256sum)" "$("$agent" read --summary --json "$work/home.pcap" | sha256sum)" "read --summary"
else
	echo "ok $((n = n + 1)) - the arm64 program # SKIP no qemu-user-static"
fi
