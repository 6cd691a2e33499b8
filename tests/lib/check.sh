# SPDX-License-Identifier: BSD-2-Clause
# For the tests of commands: source it first. Paths are relative to the root of the tree.
set -u
cd "$(dirname "$0")/../.." || exit 1
O=${O:-build}
agent=$O/iotbpf
export IOTBPF_STATE=none
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
. tests/lib/tap.sh

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

# contains FILE PATTERN NAME: of "out" or "err" of the last check.
contains() {
	n=$((n + 1))
	if grep -q -- "$2" "$work/$1"; then echo "ok $n - $3"; else
		sed 's/^/# /' "$work/$1"
		echo "not ok $n - $3"
	fi
}
