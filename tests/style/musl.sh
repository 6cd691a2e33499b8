#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The agent runs where musl is the C library (OpenWrt): it calls nothing that musl lacks. FULL=1 compiles it against musl's headers, too.
cd "$(dirname "$0")/../.." || exit 1
O=${O:-build}
libc=$(ls /usr/lib/*-linux-musl/libc.a 2>/dev/null | head -n 1)
[ -n "$libc" ] || { echo "ok 1 - musl # SKIP no musl-dev"; exit 0; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

symbols() { # files; of a shared library those that it exports
	for file; do
		case $file in
		*.so*) nm -D --defined-only "$file" ;;
		*) nm --defined-only "$file" ;;
		esac
	done 2>/dev/null | awk 'NF == 3 { sub(/@.*/, "", $3); print $3 }'
}

nm -u "$O/libiotbpf.a" 2>/dev/null | awk 'NF == 2 { print $2 }' | sort -u > "$work/called"
libraries=$(ldd "$O/iotbpf" 2>/dev/null | grep -o '/[^ ]*\.so[^ ]*' | grep -v '/libc\.so\|/libm\.so\|ld-linux')
# shellcheck disable=SC2086
symbols "$O/libiotbpf.a" "$libc" $libraries | sort -u > "$work/known"
# Of the compiler and glibc's headers: other names for what musl has. malloc_trim() is called under glibc only.
comm -23 "$work/called" "$work/known" | grep -vE '^(_GLOBAL_OFFSET_TABLE_|__(popcount|u?div|u?mod)[dt]i[23]|__(isoc|asan|ubsan).*|malloc_trim|__errno_location)$' > "$work/bad"
sed 's/^/# /' "$work/bad"
[ -s "$work/called" ] && [ ! -s "$work/bad" ] && echo "ok 1 - the agent calls nothing that musl lacks" || echo "not ok 1 - the agent calls nothing that musl lacks"

[ "${FULL:-0}" = 1 ] && command -v musl-gcc > /dev/null || { echo "ok 2 - compiles against musl # SKIP FULL=1, with musl-tools"; exit 0; }
# glibc's headers are beside those of the libraries: only the latter are shown.
for header in bpf xdp cjson libmnl kissfft linux asm-generic pcap sodium sodium.h pcap.h libelf.h gelf.h zlib.h zconf.h sqlite3.h ini.h curses.h ncurses.h \
	ncurses_dll.h unctrl.h; do
	for directory in /usr/include "/usr/include/$(cc -print-multiarch)"; do
		[ ! -e "$directory/$header" ] || ln -sf "$directory/$header" "$work/"
	done
done
ln -s "/usr/include/$(cc -print-multiarch)/asm" "$work/asm"
for source in agent/*.c agent/*/*.c agent/*/*/*.c; do
	musl-gcc -std=gnu11 -Wall -Wextra -Werror -fsyntax-only -I. -Iinclude -D_GNU_SOURCE -DIOTBPF_VERSION='"0"' -DIOTBPF_LAYOUT='"0"' -DNCURSES_WIDECHAR=1 -isystem "$work" \
		-isystem "$work/kissfft" "$source" >> "$work/errors" 2>&1
done
sed 's/^/# /' "$work/errors"
[ ! -s "$work/errors" ] && echo "ok 2 - compiles against musl" || echo "not ok 2 - compiles against musl"
