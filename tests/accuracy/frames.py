# SPDX-License-Identifier: BSD-2-Clause
"""Frames of a classic pcap file."""
import struct


def frames(path):
    """(seconds since the first frame, length, the two addresses: receiver, sender) of each frame."""
    with open(path, "rb") as f:
        data = f.read()
    order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    unit = 1e9 if data[:4] in (b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d") else 1e6
    at, first = 24, None
    while at + 16 <= len(data):
        seconds, part, captured, length = struct.unpack(order + "IIII", data[at:at + 16])
        time = seconds + part / unit
        first = time if first is None else first
        yield time - first, length, data[at + 16:at + 22], data[at + 22:at + 28]
        at += 16 + captured
