#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""One side of a busy home: load.py IFACE device|router SECONDS [--devices N] [--flows N] [--rate FRAMES/S]

As `device`: every device sends on its flows in turn, each flow with a rhythm of its own, RATE frames a second in all for one device,
in uneven bursts. As `router`: answers at the same rate, from one address. Both know the same devices; nothing is awaited.
"""
import argparse
import random
import socket
import struct
import time

ROUTER = bytes.fromhex("0200000000fe")
TICK = 0.02


def mac(i):
    return struct.pack("!HHH", 0x0200, 0x5e10, i + 1)


def checksum(data):
    s = sum(struct.unpack(f"!{len(data) // 2}H", data))
    s = (s & 0xFFFF) + (s >> 16)
    return ~(s + (s >> 16)) & 0xFFFF


def packet(proto, src, dst, ports, size, flags):
    """Ethernet, IPv4 and TCP or UDP with `size` bytes of payload; ports as the sender sees them."""
    if proto == 6:
        body = struct.pack("!HHIIBBHHH", *ports, 1, 1, 0x50, flags, 4096, 0, 0) + bytes(size)
    else:
        body = struct.pack("!HHHH", *ports, 8 + size, 0) + bytes(size)
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(body), 1, 0, 64, proto, 0, src, dst)
    ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
    return b"\x08\x00" + ip + body


def frames(flows, i, k, router, sizes):
    """Some variants of the frames of flow k of device i, as the device or the router sends them."""
    proto = 6 if k % 3 == 0 else 17
    service, client = 1000 + 7 * k, 40000 + i
    home, away = bytes([10, 9, 0, i + 2]), bytes([192, 0, 2, k + 1])
    out = []
    for size in sizes:
        if router:
            out.append(mac(i) + ROUTER + packet(proto, away, home, (service, client), size, 0x10))
        else:
            out.append(ROUTER + mac(i) + packet(proto, home, away, (client, service), size, 0x18))
    return out


def main():
    p = argparse.ArgumentParser()
    p.add_argument("iface")
    p.add_argument("side", choices=["device", "router"])
    p.add_argument("seconds", type=float)
    p.add_argument("--devices", type=int, default=64)
    p.add_argument("--flows", type=int, default=1000)
    p.add_argument("--rate", type=float, default=8)
    args = p.parse_args()
    rng = random.Random(args.side)
    router = args.side == "router"
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    s.bind((args.iface, 0))
    flows = []
    for n in range(args.flows):
        i, k = n % args.devices, n // args.devices
        sizes = [rng.choice([0, 12, 40, 48, 120, 300, 900, 1400]) for _ in range(8)]
        # From one frame in half the mean time to one in three times that: the mean of a device is its rate.
        period = rng.uniform(0.5, 1.5) * args.flows / args.devices / args.rate
        flows.append([rng.uniform(0, period), period, frames(args.flows, i, k, router, sizes)])
    start = time.monotonic()
    sent = 0
    while (now := time.monotonic() - start) < args.seconds:
        for f in flows:
            if f[0] <= now:
                s.send(f[2][sent % 8])
                sent += 1
                f[0] += f[1] * (rng.uniform(0.9, 1.1) if sent % 3 else 1)
        time.sleep(TICK)
    print(sent)


main()
