# SPDX-License-Identifier: BSD-2-Clause
"""Manifests of whole captures, so that "by trial" is by capture wherever that can be measured."""
import csv
import struct

BLOCKS = 2
SECONDS_MIN = 300  # a shorter capture is a fragment
PACKETS_MIN = 30  # of a device: fewer are no window, and teach little


def frames(path):
    """(seconds since the first frame, the two addresses) of each frame."""
    with open(path, "rb") as f:
        data = f.read()
    order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    unit = 1e9 if data[:4] in (b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d") else 1e6
    at, first = 24, None
    while at + 16 <= len(data):
        seconds, part, captured, _ = struct.unpack(order + "IIII", data[at:at + 16])
        time = seconds + part / unit
        first = time if first is None else first
        yield time - first, data[at + 16:at + 22], data[at + 22:at + 28]
        at += 16 + captured


def counts_of(rows, root):
    """Packets of each row's device in its capture, and each capture's length."""
    counts, lengths = {}, {}
    for file in {r["file"] for r in rows}:
        for time, to, sender in frames(f"{root}/{file}"):
            lengths[file] = time
            for address in (to, sender):
                counts[file, address] = counts.get((file, address), 0) + 1
    return {(r["file"], r["device"]): counts.get((r["file"], bytes.fromhex(r["mac"].replace(":", ""))), 0) for r in rows}, lengths


def read(path):
    with open(path, encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def write(path, rows):
    with open(path, "w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, ("file", "mac", "device", "function", "start", "end", "trial"), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def in_blocks(row, seconds):
    for n in range(BLOCKS):
        start, end = (f"{seconds * k / BLOCKS:.3f}" for k in (n, n + 1))
        yield {**row, "start": start, "end": "" if n == BLOCKS - 1 else end, "trial": f"{row['trial']}/{n + 1}"}


def write_blocks(manifest, root, path):
    """The manifest, with devices whose traffic is in one capture only cut into blocks of time; returns their names."""
    rows = read(manifest)
    counts, lengths = counts_of(rows, root)
    seen = {}
    for (file, device), n in counts.items():
        if n >= PACKETS_MIN:
            seen.setdefault(device, []).append(file)
    lone = sorted(device for device, files in seen.items() if len(files) == 1)
    out = []
    for row in rows:
        if row["device"] in lone and row["file"] == seen[row["device"]][0]:
            out.extend(in_blocks(row, lengths[row["file"]]))
        elif row["device"] not in lone:
            out.append(row)
    write(path, out)
    return lone


def write_without(manifest, root, word, devices, path):
    """The manifest without captures whose name holds a word, without fragments, and without devices that have no traffic elsewhere."""
    rows = read(manifest)
    _, lengths = counts_of(rows, root)
    write(path, [row for row in rows
                 if word not in row["file"] and lengths.get(row["file"], 0) >= SECONDS_MIN and row["device"] not in devices])
