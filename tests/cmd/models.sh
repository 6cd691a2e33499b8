#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The library of models: what is good is installed, gone back from and removed; what is not is named and refused, and nothing changes.
. "$(dirname "$0")/../lib/check.sh"
state=$work/state keys=$work/keys
mkdir "$keys"
export IOTBPF_STATE="$state"

# model NAME SEED: a small model of two devices of the lab.
model() {
	"$O"/iotbpf-lab synth --seconds 400 --seed "$2" --devices tuya-bulb,wemo-plug -o "$work/home.pcap" --manifest "$work/home.csv" \
		--split-trials 2> "$work/lab.err" &&
		"$O"/iotbpf-train --manifest "$work/home.csv" --root "$work" --method boost --windows 10 --name "$1" -o "$work/$1.iotm" \
			> "$work/train.out" 2> "$work/train.err" || sed 's/^/# /' "$work/lab.err" "$work/train.err"
}

action() { # NAME STATUS ARGUMENT...
	name=$1 status=$2
	shift 2
	[ "$1" = remove ] || set -- "$@" --keys "$keys"
	check "$name" "$status" "$agent" model "$@" --socket "$work/none.sock"
}

link() {
	readlink "$state/models/$1"
}

# What the library holds, links and all: must not change where something is refused.
inventory() {
	(cd "$state/models" 2> /dev/null && for f in * .[!.]*; do [ -e "$f" ] || [ -h "$f" ] && echo "$f $(readlink "$f") $(cksum < "$f" 2> /dev/null)"; done)
}

refused() { # NAME STATUS WORD ARGUMENT...
	before=$(inventory)
	says=$3 title=$1 exit=$2
	shift 3
	action "$title" "$exit" "$@"
	contains err "$says" "... which says '$says'"
	is "$(inventory)" "$before" "... and nothing is replaced"
}

model one 1
model two 2
check "list of an empty library" 0 "$agent" model list
check "rollback of an empty library" 66 "$agent" model rollback
refused "no such file" 66 "No such file" install "$work/none.iotm"
action "install" 0 install "$work/one.iotm"
contains out "next one will use it" "no agent runs, and it says so"
version=$("$agent" version | cut -d' ' -f2)
one=one-$version.iotm two=two-$version.iotm
is "$(link current)" "$one" "it is the current one"
action "install it again" 0 install "$work/one.iotm"
is "$(link previous)" built-in "what was before is not lost by that"
action "install another one" 0 install "$work/two.iotm"
is "$(link current) $(link previous)" "$two $one" "it is current, the other one previous"
action "rollback" 0 rollback
is "$(link current) $(link previous)" "$one $two" "and back"
action "one from the library" 0 install two
is "$(link current)" "$two" "is current by its name"
check "list" 0 "$agent" model list --json
is "$(jq -r 'select(.use == "current") | .file' "$work/out")" "$two" "list says so"
check "show" 0 "$agent" model show
contains out "TuyaBulb" "show names what the current one knows"
check "show --json" 0 "$agent" model show one --json
is "$(jq -r .name "$work/out")" one "show --json is its card"
check "check" 0 "$agent" model check "$work/one.iotm"
refused "remove the current one" 65 "current model" remove "$two"
refused "remove what is not there" 66 "not in the library" remove nine
action "a shadow" 0 install --shadow one
is "$(link current) $(link shadow)" "$two $one" "it runs beside"
action "a shadow becomes the current one" 0 install one
is "$(link current) $(link shadow)" "$one " "and is no shadow any more"
action "remove" 0 remove two
[ ! -e "$state/models/$two" ] && [ ! -h "$state/models/previous" ]
is $? 0 "it is gone, and no link names it"

size=$(wc -c < "$work/two.iotm")
for cut in 0 10 100 $((size / 2)) $((size - 1)); do
	head -c "$cut" "$work/two.iotm" > "$work/cut.iotm"
	refused "cut to $cut bytes" 65 cut.iotm install "$work/cut.iotm"
done
for at in 0 40 $((size / 3)) $((size / 2)) $((size - 20)); do
	cp "$work/two.iotm" "$work/changed.iotm"
	byte=$(od -An -tu1 -j "$at" -N 1 "$work/two.iotm")
	printf "\\$(printf %o $(((byte + 1) % 256)))" | dd of="$work/changed.iotm" bs=1 seek="$at" conv=notrunc 2> /dev/null
	refused "changed at byte $at" 65 changed.iotm install "$work/changed.iotm"
done
# A model whose file is sound, but made for other features: the first scale's hash, version or count is another one.
other_features() { # OFFSET: of the field in struct image_scale
	python3 - "$work/two.iotm" "$work/other.iotm" "$1" << 'END'
import struct, sys

data = bytearray(open(sys.argv[1], "rb").read())
at = struct.unpack_from("<Q", data, 32 + 16)[0] + int(sys.argv[3])
data[at] ^= 1
data[16:24] = bytes(8)
checksum = 0xcbf29ce484222325
for byte in data:
    checksum = (checksum ^ byte) * 0x100000001b3 & 0xffffffffffffffff
data[16:24] = struct.pack("<Q", checksum)
open(sys.argv[2], "wb").write(data)
END
}
for at in 0 12 16; do
	other_features $at
	refused "for other features (byte $at of a scale)" 65 "other.iotm: the window features of this agent differ from the model's: retrain" \
		install "$work/other.iotm"
	check "check names it" 65 "$agent" model check "$work/other.iotm"
	check "a capture is not judged by it" 65 "$agent" read --summary --model "$work/other.iotm" "$work/home.pcap"
done
refused "a directory" 66 "" install "$work"
# The same name and version, another content.
model one 3
refused "another model of the same name and version" 65 "remove it first" install "$work/one.iotm"

check "keygen" 0 "$agent" model keygen "$work/maker"
check "keygen of a key that is there" 73 "$agent" model keygen "$work/maker"
check "another key" 0 "$agent" model keygen "$work/stranger"
cp "$work/maker.pub" "$keys/"
check "sign without a key" 64 "$agent" model sign "$work/two.iotm"
check "sign what is no model" 65 "$agent" model sign --key "$work/maker.key" "$work/cut.iotm"
refused "not signed, but it must be" 65 "not signed" install --require-signature "$work/two.iotm"
check "sign" 0 "$agent" model sign --key "$work/stranger.key" "$work/two.iotm"
refused "signed by a stranger" 65 "stranger" install "$work/two.iotm"
check "sign" 0 "$agent" model sign --key "$work/maker.key" "$work/two.iotm"
action "install what is signed" 0 install --require-signature "$work/two.iotm"
check "list" 0 "$agent" model list --json --keys "$keys"
is "$(jq -r 'select(.use == "current") | .signed_by' "$work/out")" maker "list names the signer"
cp "$work/two.iotm.sig" "$work/one.iotm.sig"
refused "signed, but another file" 65 "altered" install "$work/one.iotm"
echo "1..$n"
