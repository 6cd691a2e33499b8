#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What the built-in model calls real devices that it does not know.

Usage: strangers_real.py AGENT DATA EVERY, for every EVERY-th capture. Prints a line a manifest: its name, how many strangers were seen sending ten
packets or more, and how many of them got a name. Strangers of sentinel.csv are the phones, computers and access points that its captures show beside
the labelled device; of the others every device, as none of the 27 types is among them.
"""
import csv
import json
import subprocess
import sys

PACKETS = 10


def seen(agent, file):
    run = subprocess.run([agent, "read", "--summary", "--json", file], capture_output=True, text=True, check=False)
    return json.loads(run.stdout)["devices"] if run.returncode == 0 else []


def strangers(agent, data, manifest, every):
    with open(f"{data}/{manifest}", newline="") as f:
        rows = list(csv.DictReader(f))
    known = {row["mac"].lower() for row in rows} if manifest == "sentinel.csv" else set()
    total = named = 0
    for file in sorted({row["file"] for row in rows})[::every]:
        for device in seen(agent, f"{data}/{file}"):
            if device["mac"] in known or device["tx_packets"] < PACKETS:
                continue
            total += 1
            named += (device.get("device") or {}).get("label", "unknown") != "unknown"
    return total, named


def main():
    agent, data, every = sys.argv[1], sys.argv[2], int(sys.argv[3])
    for manifest in ("sentinel.csv", "madea-0526.csv", "home-functions.csv"):
        print(manifest, *strangers(agent, data, manifest, every))


if __name__ == "__main__":
    main()
