# SPDX-License-Identifier: BSD-2-Clause
"""Manifests of whole captures, so that "by trial" is by capture wherever that can be measured."""
import csv

from frames import frames

PACKETS_MIN = 30  # of a device: fewer are no window, and teach little


def times_of(rows, root):
    """When each row's device is heard in its capture: seconds, in order."""
    times = {}
    for file in {r["file"] for r in rows}:
        for time, _, to, sender in frames(f"{root}/{file}"):
            for address in (to, sender):
                times.setdefault((file, address), []).append(time)
    return {(r["file"], r["device"]): times.get((r["file"], bytes.fromhex(r["mac"].replace(":", ""))), []) for r in rows}


def read(path):
    with open(path, encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def write(path, rows):
    with open(path, "w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, ("file", "mac", "device", "function", "start", "end", "trial"), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def in_halves(row, times):
    """One row up to the middle of the device's packets, one from there on."""
    middle = f"{(times[len(times) // 2 - 1] + times[len(times) // 2]) / 2:.6f}"
    yield {**row, "start": "", "end": middle, "trial": row["trial"] + "/1"}
    yield {**row, "start": middle, "end": "", "trial": row["trial"] + "/2"}


def write_halves(manifest, root, path):
    """The manifest, with devices whose traffic is in one capture only cut into halves; returns their names."""
    rows = read(manifest)
    times = times_of(rows, root)
    seen = {}
    for (file, device), heard in times.items():
        if len(heard) >= PACKETS_MIN:
            seen.setdefault(device, []).append(file)
    lone = sorted(device for device, files in seen.items() if len(files) == 1)
    out = []
    for row in rows:
        if row["device"] not in lone:
            out.append(row)
        elif row["file"] == seen[row["device"]][0]:
            out.extend(in_halves(row, times[row["file"], row["device"]]))
    write(path, out)
    return lone


def write_without(manifest, word, devices, path):
    """The manifest without captures whose name holds a word, and without devices that have no traffic elsewhere."""
    write(path, [row for row in read(manifest) if word not in row["file"] and row["device"] not in devices])
