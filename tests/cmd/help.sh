#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Manual pages and completions are made of the command tables, and `make install` puts everything in its place.
. "$(dirname "$0")/../lib/check.sh"

if ! command -v scdoc > /dev/null; then
	echo "ok 1 - manual pages # SKIP no scdoc"
	exit 0
fi
commands=$("$agent" help --form man | sed -n 's/^\*\([a-z]*\)\*.*/\1/p')
is "$(echo "$commands" | tr '\n' ' ')" "$("$agent" help | sed -n 's/^  \([a-z]*\) .*/\1/p' | tr '\n' ' ')" "the pages know the commands that help lists"
check "pages" 0 sh ci/man "$agent" "$work/man"
missing=
for c in $commands; do
	[ -s "$work/man/iotbpf-$c.1" ] || missing="$missing $c"
done
is "$missing" "" "every command has a page"
if command -v man > /dev/null; then
	for page in "$work"/man/*.[1-8]; do
		MANWIDTH=100 man --warnings -l "$page" 2>&1 > /dev/null | sed "s|^|# ${page##*/}: |"
	done > "$work/warnings"
	cat "$work/warnings"
	is "$(wc -l < "$work/warnings")" 0 "no page has a warning"
fi

"$agent" help --form bash > "$work/bash"
for t in "hook:run --hook '':auto xdp tcx clsact xdp-generic" "option:run --stat:--stats --state" "command:label:label labels"; do
	words=${t#*:} name=${t%%:*}
	reply=$(bash -c ". '$work/bash'; eval \"COMP_WORDS=(iotbpf ${words%%:*})\"; COMP_CWORD=\$((\${#COMP_WORDS[@]} - 1)); _iotbpf; echo \"\${COMPREPLY[*]}\"")
	is "$reply" "${words#*:}" "bash completes: $name"
done
for shell in zsh fish; do
	"$agent" help --form $shell > "$work/$shell"
	is "$(grep -c 'socket' "$work/$shell" | awk '{print ($1 > 3)}')" 1 "$shell: the options are there"
	! command -v $shell > /dev/null || check "$shell takes it" 0 $shell -n "$work/$shell"
done
