#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""A capture whose times are lost: squeeze.py FROM TO writes the frames of a classic pcap file a millisecond apart, as some data sets have them."""
import struct
import sys

STEP_US = 1000


def main():
    with open(sys.argv[1], "rb") as f:
        data = f.read()
    out, at, us = bytearray(data[:24]), 24, 0
    while at + 16 <= len(data):
        captured, length = struct.unpack("<II", data[at + 8:at + 16])
        out += struct.pack("<IIII", 1700000000 + us // 1000000, us % 1000000, captured, length) + data[at + 16:at + 16 + captured]
        at += 16 + captured
        us += STEP_US
    with open(sys.argv[2], "wb") as f:
        f.write(out)


main()
