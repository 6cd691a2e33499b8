#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A capture of devices that no model of this repository was trained on, made up from seeds.

usage: strangers.py PACKETS SEEDS FILE    SEEDS devices of each kind, so many packets each

The KIND-th kind's SEED-th device is 02:00:5e:20:KIND:SEED; beside them there are a gateway, 02:00:5e:00:00:01, and who asks the servers.
"""
import random
import struct
import sys

ROUTER = bytes.fromhex("02005e000001")
PEER = bytes.fromhex("02005e000002")
ALL = b"\xff" * 6
ME, GATEWAY, FRIEND, ANY, LAN = (bytes(int(n) for n in a.split(".")) for a in
                                 ("192.168.1.77", "192.168.1.1", "192.168.1.20", "0.0.0.0", "255.255.255.255"))
LINK = bytes.fromhex("fe80000000000000") + bytes.fromhex("00005efffe200001")
PCAP = struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1)
BEGIN = 1700000000


def checksum(data):
    data += b"\0" * (len(data) % 2)
    s = sum(struct.unpack(f"!{len(data) // 2}H", data))
    s = (s & 0xFFFF) + (s >> 16)
    return ~(s + (s >> 16)) & 0xFFFF


class Stranger:
    """A device's frames with their times. Traits that do not change (TTL, TCP options, ...) are drawn once."""

    def __init__(self, mac, seed):
        self.mac, self.r = mac, random.Random(seed)
        self.now, self.frames = 0.0, []
        self.ttl = self.r.choice((64, 64, 128, 255))
        self.df = self.r.choice((0, 0x4000))
        self.window = self.r.choice((64240, 65535, 29200, 5840, 4380, 8192))
        self.options = bytes.fromhex(self.r.choice(("020405b40402080a0000000100000000010303" + "07", "020405b4",
                                                    "020405b40103030801010402", "02040218")))
        self.port = self.r.randrange(32768, 60999)
        self.server = bytes((self.r.choice((3, 34, 52, 142)), self.r.randrange(256), self.r.randrange(256), 9))

    def wait(self, low, high=None):
        self.now += low if high is None else self.r.uniform(low, high)

    def out(self, frame):
        self.frames.append((self.now, frame + b"\0" * max(0, 60 - len(frame))))

    def ip(self, proto, payload, to=None, mac=None, ttl=None, source=ME):
        """From the device, or to it where `to` is None."""
        src, dst = (source, to) if to else (source if source != ME else self.server, ME)
        head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), self.r.randrange(65536), self.df if to else 0x4000,
                           ttl or (self.ttl if to else 52), proto, 0, src, dst)
        head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
        ends = (mac or ROUTER) + self.mac if to else self.mac + (mac or ROUTER)
        self.out(ends + b"\x08\x00" + head + payload)

    def udp(self, sport, dport, size, to=None, **more):
        self.ip(17, struct.pack("!HHHH", sport, dport, 8 + size, 0) + bytes(size), to, **more)

    def tcp(self, sport, dport, flags, size=0, to=None, options=b"", **more):
        head = struct.pack("!HHIIBBHHH", sport, dport, 1, 1, (20 + len(options)) // 4 << 4, flags, self.window if to else 28960, 0, 0)
        self.ip(6, head + options + bytes(size), to, **more)

    def arp(self, request=True, sent=True):
        op, me, it = (1 if request else 2), (self.mac, ME), (ROUTER, GATEWAY)
        src, dst = (me, it) if sent else (it, me)
        mac = ALL if request else dst[0]
        self.out(mac + src[0] + b"\x08\x06" +
                 struct.pack("!HHBBH6s4s6s4s", 1, 0x800, 6, 4, op, *src, bytes(6) if request else dst[0], dst[1]))

    def ip6(self, proto, payload, to, mac):
        self.out(mac + self.mac + b"\x86\xdd" + struct.pack("!IHBB", 0x60000000, len(payload), proto, 255) + LINK + to + payload)

    def lease(self):
        for request in (self.r.randrange(244, 320), self.r.randrange(250, 330)):
            self.udp(68, 67, request, LAN, mac=ALL, source=ANY)
            self.wait(.02, .3)
            self.udp(67, 68, 300, source=GATEWAY)
            self.wait(.02, .2)

    def name(self):
        port = self.r.randrange(20000, 60000)
        self.udp(port, 53, self.r.randrange(26, 48), GATEWAY)
        self.wait(.005, .06)
        self.udp(53, port, self.r.randrange(60, 180), source=GATEWAY)
        self.wait(.001, .02)

    def open(self, port):
        self.port += 1
        self.tcp(self.port, port, 2, 0, self.server, self.options)
        self.wait(.02, .05)
        self.tcp(port, self.port, 0x12, options=self.options)
        self.wait(.001)
        self.tcp(self.port, port, 0x10, 0, self.server)

    def exchange(self, port, sent, received):
        self.tcp(self.port, port, 0x18, sent, self.server)
        self.wait(.02, .06)
        while received > 0:
            self.tcp(port, self.port, 0x18, min(received, 1448))
            received -= 1448
            self.wait(.0005, .003)
        self.tcp(self.port, port, 0x10, 0, self.server)


# Each yields when something is done, for ever.
def beacon(s):
    """Asks for an address, then a datagram to all every two seconds."""
    if s.r.random() < .7:
        s.lease()
    port, size = s.r.choice((6665, 6666, 6667, s.r.randrange(1024, 40000))), s.r.randrange(20, 200)
    while True:
        s.udp(40000, port, size, LAN, mac=ALL)
        s.wait(2)
        yield


def laptop(s):
    """Names and TCP/443."""
    s.lease()
    s.arp()
    s.wait(.01)
    s.arp(False, False)
    while True:
        s.name()
        s.open(443)
        s.exchange(443, s.r.randrange(300, 600), s.r.randrange(2000, 6000))
        for _ in range(s.r.randrange(1, 6)):
            s.exchange(443, s.r.randrange(100, 1200), s.r.randrange(200, 9000))
            s.wait(.05, 1)
        yield
        s.wait(.1, 8)


def server(s):
    """Others of the home are served by SSH and SMB."""
    while True:
        port, peer = s.r.choice((22, 445)), s.r.randrange(40000, 60000)
        s.tcp(peer, port, 2, options=s.options, source=FRIEND, mac=PEER)
        s.wait(.0005)
        s.tcp(port, peer, 0x12, 0, FRIEND, s.options, mac=PEER)
        for _ in range(s.r.randrange(4, 30)):
            s.tcp(peer, port, 0x18, s.r.randrange(36, 300), source=FRIEND, mac=PEER)
            s.wait(.001, .05)
            s.tcp(port, peer, 0x18, s.r.randrange(36, 1400), FRIEND, mac=PEER)
            s.wait(.001, .4)
        yield
        s.wait(.5, 20)


def arp(s):
    """Nothing but ARP."""
    while True:
        s.arp()
        s.wait(.005)
        if s.r.random() < .8:
            s.arp(False, False)
        yield
        s.wait(.5, 20)


def flood(s):
    """One port, as fast as it goes."""
    port, size, syn = s.r.choice((80, 53, 23, 5683, s.r.randrange(1, 65536))), s.r.choice((0, 18, 512, 1400)), s.r.random() < .5
    while True:
        if syn:
            s.tcp(s.r.randrange(1024, 65536), port, 2, 0, s.server, s.options)
        else:
            s.udp(s.r.randrange(1024, 65536), port, size, s.server)
        s.wait(.0002, .002)
        yield


def mdns(s):
    """Says its name, and asks for those of others."""
    group, group6, mac = bytes((224, 0, 0, 251)), bytes.fromhex("ff0200000000000000000000000000fb"), bytes.fromhex("01005e0000fb")
    both = s.r.random() < .5
    while True:
        for _ in range(s.r.randrange(1, 5)):
            size = s.r.randrange(30, 400)
            s.udp(5353, 5353, size, group, mac=mac, ttl=255)
            if both:
                s.wait(.001)
                s.ip6(17, struct.pack("!HHHH", 5353, 5353, 8 + size, 0) + bytes(size), group6, bytes.fromhex("3333000000fb"))
            s.wait(.02, 1.2)
        yield
        s.wait(1, 20)


def sensor(s):
    """MQTT, and the time."""
    s.lease()
    s.name()
    s.udp(123, 123, 48, s.server)
    s.wait(.03)
    s.udp(123, 123, 48)
    s.name()
    s.open(1883)
    while True:
        s.exchange(1883, s.r.randrange(2, 200), 4)
        yield
        s.wait(5, 30)


def pinger(s):
    """Asks whether the router is there."""
    while True:
        s.ip(1, b"\x08\x00" + bytes(62), GATEWAY)
        s.wait(.001)
        s.ip(1, bytes(64), source=GATEWAY)
        yield
        s.wait(1)


def phone(s):
    """SIP, and the voice of a call."""
    s.lease()
    while True:
        for _ in range(4):
            s.udp(5060, 5060, s.r.randrange(300, 900), s.server)
            s.wait(.05)
            s.udp(5060, 5060, s.r.randrange(300, 700))
            s.wait(1, 5)
        for _ in range(s.r.randrange(20, 200)):
            s.udp(16500, 16600, 172, s.server)
            s.wait(.01)
            s.udp(16600, 16500, 172)
            s.wait(.01)
        yield
        s.wait(5, 60)


def six(s):
    """IPv6 alone: routers and neighbours are asked for, groups joined."""
    routers, mac = bytes.fromhex("ff020000000000000000000000000002"), bytes.fromhex("333300000002")
    while True:
        s.ip6(58, b"\x85" + bytes(15), routers, mac)
        s.wait(.5, 4)
        s.ip6(58, b"\x87" + bytes(31), routers[:15] + b"\x01", bytes.fromhex("333300000001"))
        s.wait(.1, 2)
        yield


def asker(s):
    """Asks for an address again and again, and gets none."""
    size = s.r.randrange(244, 320)
    while True:
        s.udp(68, 67, size, LAN, mac=ALL, source=ANY)
        yield
        s.wait(s.r.choice((2, 3, 4, 8, 10)))


def browser(s):
    """Looks for players (SSDP) and asks them over HTTP."""
    s.lease()
    group = bytes((239, 255, 255, 250))
    while True:
        for _ in range(3):
            s.udp(50000, 1900, s.r.randrange(90, 180), group, mac=bytes.fromhex("01005e7ffffa"), ttl=s.r.choice((1, 2, 4)))
            s.wait(.1, 1)
        s.open(80)
        s.exchange(80, s.r.randrange(100, 400), s.r.randrange(500, 4000))
        yield
        s.wait(3, 40)


KINDS = {f.__name__: f for f in (beacon, laptop, server, arp, flood, mdns, sensor, pinger, phone, six, asker, browser)}


def frames(kind, packets, mac, seed):
    s = Stranger(mac, seed)
    story = KINDS[kind](s)
    while len(s.frames) < packets:
        next(story)
    return s.frames[:packets]


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    packets, seeds, everything = int(sys.argv[1]), int(sys.argv[2]), []
    for i, kind in enumerate(KINDS):
        for seed in range(seeds):
            everything += frames(kind, packets, bytes((2, 0, 0x5e, 0x20, i, seed)), f"{kind} {seed}")
    everything.sort(key=lambda frame: frame[0])
    with open(sys.argv[3], "wb") as out:
        out.write(PCAP)
        for at, frame in everything:
            out.write(struct.pack("<IIII", BEGIN + int(at), int(at % 1 * 1e6), len(frame), len(frame)) + frame)


if __name__ == "__main__":
    main()
