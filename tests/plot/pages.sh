#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Alone: it measures frames a second.
# The page in a browser: speed, hostile names, numbers, pointing. Its pictures stay in the output directory, to be looked at.
cd "$(dirname "$0")/../.." || exit 1
O=${O:-build}
if ! command -v chromium >/dev/null; then
	echo "ok 1 - the page in a browser # SKIP no chromium here: apt install chromium"
	exit 0
fi
rm -rf "$O/plot" && mkdir -p "$O/plot/pages" "$O/plot/pictures"
if ! PLOT_PAGES=$O/plot/pages "$O/tests/unit/output/plot/test_html" > "$O/plot/test_html.log" 2>&1; then
	sed 's/^/# /' "$O/plot/test_html.log"
	echo "not ok 1 - pages are written"
	exit 1
fi
if ! [ -s "$O/plot/pages/home.html" ]; then
	echo "ok 1 - the page in a browser # SKIP built without uPlot: no network then"
	exit 0
fi
exec /usr/bin/python3 tests/plot/pages.py "$O/plot/pages" "$O/plot/pictures"
