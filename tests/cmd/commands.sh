#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The command line: help, usage errors with their exit codes, one line on stderr, nothing but results on stdout.
. "$(dirname "$0")/../lib/check.sh"

check "version" 0 "$agent" version
contains out '^iotbpf [0-9]' "version is printed"
check "--version" 0 "$agent" --version
check "help" 0 "$agent" help
for c in run read status label labels unlabel train model export import forget detach version help; do
	check "help $c" 0 "$agent" help $c
	contains out "usage: iotbpf $c" "help $c explains it"
	check "$c --help" 0 "$agent" $c --help
done
for a in list show check install remove rollback import keygen sign; do
	check "model $a --help" 0 "$agent" model $a --help
	contains out "usage: iotbpf model $a" "model $a --help explains it"
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
sock=$work/none.sock
check "label without an agent" 69 "$agent" label 02:00:00:00:00:01 plug --socket "$sock"
contains err 'sudo iotbpf run' "which says how to start one"
check "label without a name" 64 "$agent" label 02:00:00:00:00:01
check "label with a third word" 64 "$agent" label 02:00:00:00:00:01 plug in
check "label for and last" 64 "$agent" label 02:00:00:00:00:01 on --for 5s --last 5s
check "label to without from" 64 "$agent" label 02:00:00:00:00:01 on --to now
check "label from what is no time" 64 "$agent" label 02:00:00:00:00:01 on --from yesterday
contains err "19:04:30" "which says how to write one"
check "label for no time" 64 "$agent" label 02:00:00:00:00:01 on --for 0s
check "label for too long" 64 "$agent" label 02:00:00:00:00:01 on --for 2h
check "label for what is no duration" 64 "$agent" label 02:00:00:00:00:01 on --for long
check "forget without --yes and nobody to ask" 64 "$agent" forget plug --state "$work" < /dev/null
check "forget without a device" 64 "$agent" forget --yes
check "forget where nothing is kept" 66 "$agent" forget --yes plug --state "$work" --socket "$sock"
check "unlabel without a number" 64 "$agent" unlabel
check "unlabel what is no number" 64 "$agent" unlabel plug --socket "$sock"
check "unlabel without an agent" 69 "$agent" unlabel 1 --socket "$sock"
check "labels without an agent" 69 "$agent" labels --socket "$sock"
check "labels of a directory without any" 66 "$agent" labels --state "$work"
check "train without labels" 66 "$agent" train --state "$work"
check "train without a state directory" 66 "$agent" train --state none
check "train to a directory that is there" 74 "$agent" train --export "$work"
mkdir "$work/damaged"
head -c 20000 /dev/zero > "$work/damaged/iotbpf.db"
check "labels of a file that is no database" 65 "$agent" labels --state "$work/damaged"
contains err "damaged" "which says so"
check "train on a file that is no database" 65 "$agent" train --state "$work/damaged"
check "model without an action" 64 "$agent" model
check "model with an action that is none" 64 "$agent" model frobnicate
check "no such file" 66 "$agent" read --model none "$work/none.pcap"
check "no such model" 66 "$agent" read --model "$work/none.iotm" "$work/none.pcap"
echo "no model" > "$work/bad.iotm"
check "a file that is no model" 65 "$agent" read --model "$work/bad.iotm" "$work/none.pcap"
if [ "$(id -u)" = 0 ]; then
	check "run on no interface" 66 "$agent" run --model none --socket none no-such-if0
	check "without privilege" 77 setpriv --reuid 65534 --clear-groups "$agent" run --state none --model none --socket none lo
else
	n=$((n + 1))
	echo "ok $n - run on no interface # SKIP needs root"
fi
echo "1..$n"
