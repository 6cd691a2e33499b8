#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Send Ethernet frames from an interface, one after the other, by a packet socket.

frames.py IFACE COUNT [--src MAC|random] [--dst MAC] [--size BYTES] [--vlan ID[,ID][/...]] [--port UDP-PORT] [--rate FRAMES/S]
COUNT frames with each of the stacks of VLAN tags. Prints the number and the bytes that the kernel accepted. Imports little, as an emulated
processor of ci/kernels takes long for each.
"""
import _socket as socket  # which socket wraps, and takes three times as long to import
import os
import struct
import sys
import time

OPTIONS = {"--src": "02:00:00:00:00:01", "--dst": "02:00:00:00:00:02", "--size": 100, "--vlan": "", "--port": 6666, "--rate": 0.0}


def mac(text):
    return bytes(int(b, 16) for b in text.split(":"))


def checksum(data):
    s = sum(struct.unpack(f"!{len(data) // 2}H", data))
    s = (s & 0xFFFF) + (s >> 16)
    return ~(s + (s >> 16)) & 0xFFFF


def frame(options, src, tags):
    tags = b"".join(struct.pack("!HH", 0x8100, int(v)) for v in tags.split(",") if v)
    payload = options["--size"] - 14 - len(tags) - 28
    udp = struct.pack("!HHHH", 40000, options["--port"], 8 + payload, 0) + bytes(payload)
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0, bytes([192, 0, 2, 1]), bytes([192, 0, 2, 2]))
    ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
    return mac(options["--dst"]) + src + tags + b"\x08\x00" + ip + udp


def parse(arguments):
    options = dict(OPTIONS)
    if len(arguments) % 2:
        sys.exit(__doc__)
    for name, value in zip(arguments[::2], arguments[1::2]):
        if name not in OPTIONS:
            sys.exit(__doc__)
        options[name] = type(OPTIONS[name])(value)
    return options


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    iface, count, options = sys.argv[1], int(sys.argv[2]), parse(sys.argv[3:])
    stacks, rate, is_random = options["--vlan"].split("/"), options["--rate"], options["--src"] == "random"
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    s.bind((iface, 0))
    frames = [frame(options, bytes(6) if is_random else mac(options["--src"]), tags) for tags in stacks]
    total, start = 0, time.monotonic()
    for i in range(count * len(stacks)):
        data = frames[i // count]
        if is_random:
            data = data[:6] + b"\x06" + os.urandom(5) + data[12:]
        total += s.send(data)
        if rate:
            time.sleep(max(0, start + (i + 1) / rate - time.monotonic()))
    print(count * len(stacks), total)


if __name__ == "__main__":
    main()
