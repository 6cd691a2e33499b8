#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Hours of 64 devices on a capture's clock: floods of addresses, odd frames, silences, a clock that steps either way. What `iotbpf read` says
# at the end is what the generator wrote, to the frame and byte. SIMULATED=24h for longer (make soak does), SEED=N for the same again.
set -u
cd "$(dirname "$0")/../.." || exit 1
O=${O:-build}
simulated=${SIMULATED:-1h} seed=${SEED:-$(date +%s)}
[ -z "${FULL:-}" ] || simulated=${SIMULATED:-24h}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
. tests/lib/tap.sh

case $simulated in
*h) seconds=$((${simulated%h} * 3600)) ;;
*m) seconds=$((${simulated%m} * 60)) ;;
*) seconds=${simulated%s} ;;
esac

both() { # jq filter, with $t the generator's account and $s the reader's
	jq -rn --slurpfile tt "$work/truth" --slurpfile ss "$work/summary" "\$tt[0] as \$t | \$ss[0] as \$s | $1"
}

echo "# SIMULATED=$simulated SEED=$seed"
began=$(date +%s%N)
mkfifo "$work/capture"
"$O/iotbpf-lab" soak -o "$work/capture" --seconds "$seconds" --seed "$seed" --truth "$work/truth" &
"$O/iotbpf" read --summary --json --model none --gateway 02:00:5e:00:00:01 "$work/capture" > "$work/summary"
is $? 0 "$simulated of 64 devices are read"
wait $!
is $? 0 "all of it was written"
echo "# $(both '"\($t.frames) frames, \($t.floods) floods, \($t.silences) silences, \($t.steps) steps of the clock (\($t.forward_s) s forwards, " +
	"\($t.backward_s) s back)"') in $((($(date +%s%N) - began) / 1000000)) ms"
is "$(both '$s.frames == $t.frames')" true "every frame was seen"
is "$(both '($s.devices | map({(.mac): [.tx_packets, .tx_bytes, .rx_packets, .rx_bytes]}) | add) as $d |
	[$t.devices[] | select([.tx_packets, .tx_bytes, .rx_packets, .rx_bytes] != $d[.mac]) | [., $d[.mac]]] | tostring')" "[]" \
	"packets and bytes of all 64 devices, each way, to the last"
is "$(both '[($t.devices | map(.mac)) as $known | $s.devices[] | select(.mac as $m | $known | index($m) | not) | .tx_packets] | add // 0 |
	. + ($s.skipped.device_table_full // 0) == $t.strangers')" true "every frame of a flood is a stranger's or refused for want of room"
is "$(both '($s.skipped | del(.device_table_full)) + $s.partial == $t.reasons')" true "every odd frame counts under its reason"
echo "# $(both '([$s.devices[].tx_packets] | add) as $sent | "sent \($t.frames) = counted for senders \($sent) + for receivers alone \($t.received_only)" +
	([$s.skipped | to_entries[] | " + \(.key) \(.value)"] | add // "")')"
is "$(both '$t.frames - ([$s.devices[].tx_packets] | add) - $t.received_only - ([$s.skipped[]] | add)')" 0 "frames sent = counted + refused by reason"
echo "1..$n"
