#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The frames of a soak's household, counted as they are sent: traffic.py device|router SEED [--rate FRAMES/S]

`device`: device i sends from interface e<i>. `router`: the gateway sends to every device from br0. Told line by line what to do:
    go NUMBERS      these devices send (numbers, comma-separated, or all)
    stop NUMBERS    they do not: when it answers, none of their frames is on its way from here
    open NUMBERS    their interfaces are there, or are there anew
    close NUMBERS   they are gone
    sent            how many frames the kernel took in all, and how many it refused
Each line is answered by one line of JSON.
"""
import argparse
import heapq
import json
import pathlib
import random
import select
import socket
import struct
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from frames import checksum  # noqa: E402

DEVICES = 64
ROUTER = bytes.fromhex("0200000000fe")
EVERYBODY = b"\xff" * 6


def mac(i):
    return bytes.fromhex("0200005e20") + bytes([i])


def mac_text(i):
    return mac(i).hex(":")


def ip_frame(dst, src, proto, ports, addresses, size):
    if proto == 6:
        body = struct.pack("!HHIIBBHHH", *ports, 1, 1, 0x50, 0x18, 4096, 0, 0) + bytes(size)
    else:
        body = struct.pack("!HHHH", *ports, 8 + size, 0) + bytes(size)
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(body), 1, 0, 64, proto, 0, *addresses)
    head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
    return dst + src + b"\x08\x00" + head + body


def device_frames(i):
    """What device i says: (weight, frame)."""
    home, away = bytes([10, 9, 0, i + 2]), bytes([192, 0, 2, 1])
    yield 30, ip_frame(ROUTER, mac(i), 17, (40000 + i, 5683), (home, away), 60 + i)
    yield 30, ip_frame(ROUTER, mac(i), 6, (40000 + i, 8883), (home, away), 300)
    yield 10, ip_frame(ROUTER, mac(i), 6, (41000 + i, 443), (home, away), 1000)
    yield 8, ip_frame(mac((i + 1) % DEVICES), mac(i), 17, (6668, 6668), (home, home), 90)
    yield 1, ip_frame(EVERYBODY, mac(i), 17, (6667, 6667), (home, b"\xff" * 4), 120)


def router_frames(i):
    yield 1, ip_frame(mac(i), ROUTER, 6, (8883, 40000 + i), (bytes([192, 0, 2, 1]), bytes([10, 9, 0, i + 2])), 200)


class Traffic:
    def __init__(self, side, seed, rate):
        self.side, self.rate, self.rng = side, rate, random.Random(f"{seed} {side}")
        self.frames = [list(zip(*(device_frames if side == "device" else router_frames)(i))) for i in range(DEVICES)]
        self.socket = [None] * DEVICES
        self.running = set()
        self.due = []
        self.sent = self.refused = 0

    def open(self, i):
        self.close(i)
        self.socket[i] = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self.socket[i].bind((f"e{i}" if self.side == "device" else "br0", 0))

    def close(self, i):
        self.running.discard(i)
        if self.socket[i]:
            self.socket[i].close()
            self.socket[i] = None

    def go(self, i):
        if i not in self.running and self.socket[i]:
            self.running.add(i)
            heapq.heappush(self.due, (time.monotonic() + self.rng.expovariate(self.rate), i))

    def stop(self, i):
        self.running.discard(i)

    def obey(self, line):
        what, *numbers = line.split()
        if what != "sent":
            for i in range(DEVICES) if numbers == ["all"] else map(int, numbers[0].split(",")):
                getattr(self, what)(i)
            if what == "stop":
                self.due = [d for d in self.due if d[1] in self.running]
                heapq.heapify(self.due)
        print(json.dumps({"sent": self.sent, "refused": self.refused}), flush=True)

    def send(self, i):
        weights, frames = self.frames[i]
        for frame in self.rng.choices(frames, weights, k=self.rng.choice([1, 1, 1, 1, 4])):
            try:
                self.socket[i].send(frame)
                self.sent += 1
            except OSError:  # its interface is down
                self.refused += 1
        heapq.heappush(self.due, (time.monotonic() + self.rng.expovariate(self.rate), i))

    def run(self):
        while True:
            wait = max(0, self.due[0][0] - time.monotonic()) if self.due else None
            if select.select([sys.stdin], [], [], wait)[0]:
                line = sys.stdin.readline()
                if not line:
                    return
                self.obey(line)
            while self.due and self.due[0][0] <= time.monotonic():
                _, i = heapq.heappop(self.due)
                if i in self.running:
                    self.send(i)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("side", choices=["device", "router"])
    p.add_argument("seed")
    p.add_argument("--rate", type=float, default=4)
    args = p.parse_args()
    Traffic(args.side, args.seed, args.rate).run()


if __name__ == "__main__":
    main()
