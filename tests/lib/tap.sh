# SPDX-License-Identifier: BSD-2-Clause
# One result a line, as tests/run reads it: source it. What explains a failure goes before it, with '# ' in front.
n=0

# ok STATUS NAME
ok() {
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; fi
}

# is ACTUAL EXPECTED NAME
is() {
	[ "$1" = "$2" ] || echo "# $3: got '$1', expected '$2'"
	[ "$1" = "$2" ]
	ok $? "$3"
}
