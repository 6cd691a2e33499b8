#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The command line: help, usage errors with their exit codes, one line on stderr, nothing but results on stdout.
set -u
cd "$(dirname "$0")/../.."
agent=${O:-build}/iotbpf
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
n=0

# check NAME STATUS COMMAND...: exit status, and on failure exactly one line on stderr that begins with "iotbpf: ".
check() {
	name=$1 want=$2
	shift 2
	"$@" > "$work/out" 2> "$work/err"
	got=$?
	n=$((n + 1))
	lines=$(wc -l < "$work/err")
	if [ $got -ne "$want" ]; then
		echo "# exit $got, wanted $want: $(head -n 3 "$work/err")"
		echo "not ok $n - $name"
	elif [ "$want" -ne 0 ] && { [ "$lines" -ne 1 ] || ! grep -q '^iotbpf: ' "$work/err" || [ -s "$work/out" ]; }; then
		sed 's/^/# /' "$work/err"
		echo "not ok $n - $name: one line on stderr, none on stdout"
	else
		echo "ok $n - $name"
	fi
}

contains() {
	n=$((n + 1))
	if grep -q -- "$2" "$work/$1"; then echo "ok $n - $3"; else
		sed 's/^/# /' "$work/$1"
		echo "not ok $n - $3"
	fi
}

check "version" 0 "$agent" version
contains out '^iotbpf [0-9]' "version is printed"
check "--version" 0 "$agent" --version
check "help" 0 "$agent" help
for c in run read status detach version help; do
	check "help $c" 0 "$agent" help $c
	contains out "usage: iotbpf $c" "help $c explains it"
	check "$c --help" 0 "$agent" $c --help
done
check "unknown command" 64 "$agent" frobnicate
check "help of an unknown command" 64 "$agent" help frobnicate
check "unknown option" 64 "$agent" read --frobnicate x
check "read without a file" 64 "$agent" read
check "run without an interface" 64 "$agent" run
check "run with a hook that does not exist" 64 "$agent" run --hook hammer lo
check "read with a MAC that is none" 64 "$agent" read --device 12 x.pcap
check "status without an agent" 69 "$agent" status --socket "$work/none.sock"
contains err 'sudo iotbpf run' "which says how to start one"
check "no such file" 66 "$agent" read --model none "$work/none.pcap"
check "no such model" 66 "$agent" read --model "$work/none.iotm" "$work/none.pcap"
echo "no model" > "$work/bad.iotm"
check "a file that is no model" 65 "$agent" read --model "$work/bad.iotm" "$work/none.pcap"
if [ "$(id -u)" = 0 ]; then
	check "run on no interface" 66 "$agent" run --model none --socket none no-such-if0
	check "without privilege" 77 setpriv --reuid 65534 --clear-groups "$agent" run --model none --socket none lo
else
	n=$((n + 1))
	echo "ok $n - run on no interface # SKIP needs root"
fi
echo "1..$n"
