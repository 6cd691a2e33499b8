#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# No two files of the agent define the same function: of an archive the linker takes whichever it meets first, without a word.
O=${O:-build}
twice=$(nm "$O/libiotbpf.a" 2>/dev/null | awk '$2 ~ /^[TDBR]$/ { print $3 }' | sort | uniq -d)
[ -z "$twice" ] || echo "$twice" | sed 's/^/# /'
[ -z "$twice" ] && echo "ok 1 - every function of the agent is defined once" || echo "not ok 1 - every function of the agent is defined once"
