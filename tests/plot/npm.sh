#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# ci/npm: what a registry sends is used only with the hash that is written down, and only that is kept.
. "$(dirname "$0")/../lib/check.sh"

if ! command -v curl >/dev/null; then
	echo "ok 1 - ci/npm # SKIP needs curl, for a registry that is a directory"
	exit 0
fi
export IOTBPF_CACHE="$work/cache"
version=$(sed -n 's/^uplot \([^ ]*\) .*/\1/p' ci/npm-packages)
# exits STATUS NAME: of ci/npm, which says one line where it fails
exits() {
	sh ci/npm "$work/to" > "$work/out" 2> "$work/err"
	is "$?" "$1" "$2"
}
export NPM_CONFIG_REGISTRY="file://$work/none"
exits 69 "a registry that is not there"
mkdir -p "$work/registry/uplot/-"
echo junk > "$work/registry/uplot/-/uplot-$version.tgz"
export NPM_CONFIG_REGISTRY="file://$work/registry"
exits 65 "a registry that sends something else"
contains err "another hash" "which says so"
is "$(ls -A "$work/cache")" "" "nothing of it is kept"
is "$(ls -A "$work/to" 2>/dev/null)" "" "nor unpacked"
mkdir -p "$work/cache"
echo junk > "$work/cache/uplot-$version.tgz"
exits 65 "what is in the cache is checked too"
echo "1..$n"
