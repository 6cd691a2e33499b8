#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Clients of the agent's socket, for the tests.

clients.py follow SOCKET COUNT     so many follow all events until stdin ends; prints what they got as JSON
clients.py snapshot SOCKET         prints two, without and with flows
clients.py hostile SOCKET          clients that are no good; prints "0 NAME" for what went well, "1 NAME" for what did not
clients.py burst IFACE MACS PORT N frames of so many devices on N ports from PORT on: as many new flows
clients.py gap FILE                the longest time between two stats events, and how many there are
"""
import datetime
import hashlib
import json
import os
import random
import selectors
import socket
import struct
import sys
import time

EVERYTHING = ["start", "stop", "stats", "device", "function", "period", "flow", "shadow"]


def connect(path, timeout=None):
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(timeout)
    s.connect(path)
    return s


def request(name, **members):
    return json.dumps({"protocol": 1, "request": name, **members}).encode() + b"\n"


class Follower:
    def __init__(self, path):
        self.socket = connect(path)
        self.socket.sendall(request("subscribe", types=EVERYTHING))
        self.socket.setblocking(False)
        self.lines, self.lost, self.digest = -1, b"", hashlib.sha256()  # the first line is the answer

    def read(self):
        data = self.socket.recv(1 << 20)
        self.lines += data.count(b"\n")
        self.digest.update(data)
        if b'"lost"' in data.split(b"\n", 1)[-1] or self.lost:
            self.lost += data
        return data


def follow(path, count):
    poll = selectors.DefaultSelector()
    followers = [Follower(path) for _ in range(int(count))]
    for f in followers:
        poll.register(f.socket, selectors.EVENT_READ, f)
    poll.register(sys.stdin, selectors.EVENT_READ, None)
    print("ready", flush=True)
    running = True
    while ready := poll.select(None if running else 0.3):
        for key, _ in ready:
            if key.data and not key.data.read():
                poll.unregister(key.fileobj)
            elif not key.data and not sys.stdin.readline():
                poll.unregister(sys.stdin)
                running = False
    lines = [f.lines for f in followers]
    print(json.dumps({"clients": len(followers), "least": min(lines), "most": max(lines), "lost": any(f.lost for f in followers),
                      "same": len({f.digest.hexdigest() for f in followers}) == 1}))


def read_all(s):
    text = b""
    try:
        while part := s.recv(1 << 16):
            text += part
    except OSError:
        pass
    return text


def ask(path, text, shut=True):
    s = connect(path, 8)
    try:
        s.sendall(text)
        if shut:
            s.shutdown(socket.SHUT_WR)
    except OSError:
        pass
    answer = read_all(s)
    return json.loads(answer) if answer else {}


def show(name, good):
    print(f"{int(not good)} {name}", flush=True)


def hostile(path):
    status = b""
    show("an empty request is the status", ask(path, status).get("version"))
    hanging = [connect(path, 8) for _ in range(1000)]
    show("1000 clients that say nothing: others are answered", ask(path, status).get("version"))
    half = [connect(path, 8) for _ in range(20)]
    for s in half:
        s.sendall(b'{"protocol":1,"request":"subscr')
    show("a line of 1 MB is refused", ask(path, b"x" * (1 << 20), False).get("ok") is False)
    noise = random.Random(1)
    for i in range(50):
        answer = ask(path, bytes(noise.randrange(256) for _ in range(noise.randrange(1, 3000))) + b"\n")
        if answer.get("ok") is not False and "version" not in answer:
            show(f"noise {i}", False)
    for bad in ({"types": []}, {"types": "flow"}, {"types": ["flow", 1]}, {"types": ["nonsense"]}, {"types": [["flow"]]}):
        show(f"subscribe {bad}: refused", ask(path, request("subscribe", **bad)).get("ok") is False)
    for bad in ({"every_ms": 0}, {"every_ms": -1}, {"every_ms": "1"}, {"every_ms": 1e300}, {"device": 1}, {"device": "02:"}):
        show(f"snapshot {bad}: refused", ask(path, request("snapshot", **bad)).get("ok") is False)
    show("a device that is not there: none", ask(path, request("snapshot", device="02:ff:ff:ff:ff:ff")).get("devices") == [])
    for _ in range(200):
        s = connect(path)
        s.sendall(request("snapshot", every_ms=1000, flows=True))
        s.close()
        s = connect(path)
        s.sendall(request("subscribe"))
        s.close()
    show("clients that go at once", ask(path, status).get("version"))
    begin = time.monotonic()
    answers = [json.loads(read_all(s) or b"{}") for s in hanging]
    show("those that said nothing got the status", all(a.get("version") for a in answers))
    show("those with half a request were dropped", not any(read_all(s) for s in half))
    show("and that did not take long", time.monotonic() - begin < 6)


def snapshot(path):
    for flows in False, True:
        s = connect(path, 8)
        s.sendall(request("snapshot", flows=flows))
        sys.stdout.buffer.write(read_all(s))


def burst(iface, macs, port, n):
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    s.bind((iface, 0))
    for i in range(int(macs)):
        for p in range(int(port), int(port) + int(n)):
            ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 48, 1, 0, 64, 17, 0, bytes([192, 0, 2, 1]), bytes([192, 0, 2, 2]))
            udp = struct.pack("!HHHH", 40000, p, 28, 0) + bytes(20)
            s.send(b"\x02\x00\x00\x00\x00\x02" + b"\x02\x00\x00\x01" + struct.pack("!H", i) + b"\x08\x00" + ip + udp)


def gap(path):
    times = []
    with open(path, encoding="utf-8") as f:
        for line in f:
            event = json.loads(line)
            if event["event_type"] == "stats":
                times.append(datetime.datetime.fromisoformat(event["timestamp"].replace("Z", "+00:00")).timestamp())
    print(f"{max((b - a for a, b in zip(times, times[1:])), default=0):.2f} {len(times)}")


if __name__ == "__main__":
    {"follow": follow, "snapshot": snapshot, "hostile": hostile, "burst": burst, "gap": gap}[sys.argv[1]](*sys.argv[2:])
    sys.stdout.flush()
    os._exit(0)
