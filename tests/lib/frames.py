#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Send Ethernet frames from an interface, one after the other, by a packet socket.

frames.py IFACE COUNT [--src MAC|random] [--dst MAC] [--size BYTES] [--vlan ID[,ID]] [--port UDP-PORT] [--rate FRAMES/S]
Prints the number and the bytes that the kernel accepted.
"""
import argparse
import os
import socket
import struct
import time


def mac(text):
    return bytes(int(b, 16) for b in text.split(":"))


def checksum(data):
    s = sum(struct.unpack(f"!{len(data) // 2}H", data))
    s = (s & 0xFFFF) + (s >> 16)
    return ~(s + (s >> 16)) & 0xFFFF


def frame(args, src):
    tags = b"".join(struct.pack("!HH", 0x8100, int(v)) for v in args.vlan.split(",") if v)
    payload = args.size - 14 - len(tags) - 28
    udp = struct.pack("!HHHH", 40000, args.port, 8 + payload, 0) + bytes(payload)
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0, bytes([192, 0, 2, 1]), bytes([192, 0, 2, 2]))
    ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
    return mac(args.dst) + src + tags + b"\x08\x00" + ip + udp


def main():
    p = argparse.ArgumentParser()
    p.add_argument("iface")
    p.add_argument("count", type=int)
    p.add_argument("--src", default="02:00:00:00:00:01")
    p.add_argument("--dst", default="02:00:00:00:00:02")
    p.add_argument("--size", type=int, default=100)
    p.add_argument("--vlan", default="")
    p.add_argument("--port", type=int, default=6666)
    p.add_argument("--rate", type=float, default=0)
    args = p.parse_args()
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    s.bind((args.iface, 0))
    fixed = None if args.src == "random" else frame(args, mac(args.src))
    tail = frame(args, bytes(6))
    total, start = 0, time.monotonic()
    for i in range(args.count):
        data = fixed or tail[:6] + b"\x06" + os.urandom(5) + tail[12:]
        total += s.send(data)
        if args.rate:
            time.sleep(max(0, start + (i + 1) / args.rate - time.monotonic()))
    print(args.count, total)


if __name__ == "__main__":
    main()
