# SPDX-License-Identifier: BSD-2-Clause
"""Frames of every protocol that the parser knows, whole and broken, from one seeded generator (see gen-frames)."""

import ipaddress
import random
import struct

GATEWAY = bytes.fromhex("02005e000001")
BROADCAST = b"\xff" * 6
SERVICES = (22, 53, 67, 80, 123, 443, 445, 1883, 1900, 5353, 5540, 6666, 6667, 8080, 8883, 8886, 9998, 9999)


def be16(*values):
    return struct.pack(">%dH" % len(values), *values)


class Frames:
    """Draws frames; every choice comes from one random generator, so a seed names a capture."""

    def __init__(self, seed, devices=12):
        self.r = random.Random(seed)
        self.macs = [bytes.fromhex("02005e1000%02x" % i) for i in range(devices)]

    def bytes(self, count):
        return self.r.randbytes(count)

    def below(self, limit):
        return self.r.randrange(limit)

    def pick(self, *choices):
        return self.r.choice(choices)

    # Addresses

    def ends(self):
        """Source and destination MAC: mostly a device and the gateway, some device to device, some groups."""
        device = self.pick(*self.macs)
        other = self.pick(GATEWAY, GATEWAY, GATEWAY, self.pick(*self.macs), BROADCAST, bytes.fromhex("01005e0000fb"))
        if other[0] & 1 or self.below(2):
            return device, other
        return other, device

    def ip4(self):
        return self.pick(b"\xc0\xa8\x01", b"\x0a\x00\x00", b"\xac\x10\x05", b"\x08\x08\x08", b"\x34\x10\x2a") + self.bytes(1)

    def ip6(self):
        prefix = self.pick("2001:db8::", "2a00:1450::", "fe80::", "fd00::", "ff02::")
        return ipaddress.ip_address(prefix).packed[:8] + self.bytes(8)

    def ports(self):
        ephemeral, service = 1024 + self.below(64512), self.pick(*SERVICES, self.below(65536))
        return self.pick((ephemeral, service), (service, ephemeral), (service, service))

    # Transport

    def tcp_options(self):
        kinds = {"mss": b"\x02\x04\x05\xb4", "wscale": b"\x03\x03\x07", "sack": b"\x04\x02", "nop": b"\x01",
                 "time": b"\x08\x0a" + self.bytes(8), "fastopen": b"\x22\x02", "sackblock": b"\x05\x0a" + self.bytes(8)}
        out = b"".join(self.r.sample(list(kinds.values()), self.below(len(kinds) + 1)))
        return (out + b"\x00" * (-len(out) % 4))[:40]

    def tcp(self):
        flags = self.pick(0x02, 0x12, 0x10, 0x18, 0x11, 0x04, 0xc2, 0x00)
        options = self.tcp_options() if flags & 2 or self.below(2) else b""
        head = be16(*self.ports()) + self.bytes(8) + bytes([(20 + len(options)) // 4 << 4, flags])
        return head + be16(self.below(65536), 0, 0) + options + self.bytes(self.pick(0, 1, 37, 512, 1400))

    def udp(self):
        payload = self.bytes(self.pick(0, 1, 48, 300, 1200))
        return be16(*self.ports(), 8 + len(payload), 0) + payload

    def icmp(self, six):
        kind = self.pick(128, 129, 133, 134, 135, 136, 143) if six else self.pick(0, 3, 8, 11)
        return bytes([kind, 0]) + self.bytes(self.pick(2, 6, 30, 62))

    def transport(self, six):
        """(IP protocol, bytes)"""
        proto = self.pick(6, 6, 6, 17, 17, 58 if six else 1, 2, 47, 50, 89, 132, self.below(256))
        if proto == 6:
            return proto, self.tcp()
        if proto == 17:
            return proto, self.udp()
        if proto in (1, 58):
            return proto, self.icmp(proto == 58)
        return proto, self.bytes(self.pick(0, 8, 60))

    # Network

    def ipv4(self):
        proto, payload = self.transport(False)
        options = self.pick(b"", b"", b"", b"\x94\x04\x00\x00", b"\x01" * 4 * self.below(11))
        fragment = self.pick(0, 0, 0x4000, 0x4000, 0x2000, 0x00b9, 0x20b9)
        head = bytes([0x45 + len(options) // 4, 0]) + be16(20 + len(options) + len(payload), self.below(65536), fragment)
        head += bytes([self.pick(1, 64, 128, 255), proto, 0, 0]) + self.ip4() + self.ip4()
        return head + options + payload

    def extension(self, kind):
        """Body of one IPv6 extension header behind its next-header byte."""
        if kind == 44:
            return b"\x00" + be16(self.pick(0, 1, 8, 0x0b90, 0x0b91)) + self.bytes(4)
        units = self.below(4)
        if kind == 51:
            return bytes([2 * units]) + self.bytes(8 * units + 6)
        return bytes([units]) + self.bytes(8 * units + 6)

    def ipv6(self, depth=7):
        proto, payload = self.transport(True)
        chain = [self.pick(0, 43, 44, 51, 60, 135, 139, 140) for _ in range(self.pick(0, 0, 0, 1, 2, self.below(depth + 1)))]
        for kind in reversed(chain):
            payload = bytes([proto]) + self.extension(kind) + payload
            proto = kind
        head = b"\x60" + self.bytes(3) + be16(len(payload) & 0xffff) + bytes([proto, self.pick(1, 64, 255)])
        return head + self.ip6() + self.ip6() + payload

    def ip(self):
        return self.pick((0x0800, self.ipv4), (0x0800, self.ipv4), (0x86dd, self.ipv6))

    # Link

    def arp(self):
        return 0x0806, be16(1, 0x0800, 0x0604, self.pick(1, 2)) + self.bytes(20)

    def eapol(self):
        return 0x888e, b"\x02\x03" + be16(95) + self.bytes(95)

    def other(self):
        return self.pick(0x88cc, 0x88e1, 0x8899, 0x8863, 0x8035, 0x893a, 0x0600 + self.below(0xfa00)), self.bytes(self.below(80))

    def llc(self):
        kind, build = self.ip()
        body = self.pick(b"\x42\x42\x03" + self.bytes(35), b"\xf0\xf0\x03" + self.bytes(20), b"\xe0\xe0\x03" + self.bytes(30),
                         b"\xff\xff" + self.bytes(30), b"\xaa\xaa\x03\x00\x00\x0c\x20\x00" + self.bytes(60),
                         b"\xaa\xaa\x03\x00\x00\x00" + be16(*self.arp()[:1]) + self.bytes(28),
                         b"\xaa\xaa\x03\x00\x00\x00" + be16(kind) + build()[:1400])
        return len(body), body

    def pppoe(self):
        kind, build = self.ip()
        proto, body = self.pick((0x0021 if kind == 0x0800 else 0x0057, build()), (0xc021, self.bytes(12)), (0x8021, self.bytes(8)))
        return 0x8864, b"\x11\x00" + be16(self.below(65536), len(body) + 2, proto) + body

    def payload(self):
        """(EtherType or length, bytes behind it)"""
        choice = self.below(20)
        if choice < 13:
            kind, build = self.ip()
            return kind, build()
        return self.pick(self.arp, self.arp, self.eapol, self.other, self.llc, self.pppoe)()

    def tagged(self, kind, body, tags=None):
        for tag in self.pick((), (), (), (0x8100,), (0x8100, 0x88a8), (0x8100, 0x9100)) if tags is None else tags:
            kind, body = tag, be16(self.below(65536), kind) + body
        return kind, body

    def good(self):
        """A well-formed frame: (bytes, true length)."""
        source, destination = self.ends()
        kind, body = self.tagged(*self.payload())
        frame = destination + source + be16(kind) + body
        if self.below(2):
            frame = frame.ljust(60, b"\x00")
        return frame, len(frame)

    # Broken ones

    def flip(self, frame):
        """Some bytes behind the addresses changed."""
        out = bytearray(frame)
        for _ in range(1 + self.below(4)):
            if len(out) > 12:
                out[12 + self.below(min(len(out) - 12, 80))] = self.below(256)
        return bytes(out)

    def patched(self, kind, body, offset, value):
        source, destination = self.ends()
        return destination + source + be16(kind) + body[:offset] + value + body[offset + len(value):]

    def patch(self):
        """One header field that a sender may not set like this."""
        deep = be16(0x0800) + self.ipv4()
        return self.pick(
            lambda: self.patched(0x0800, self.ipv4(), 0, b"\x55"), lambda: self.patched(0x0800, self.ipv4(), 0, b"\x44"),
            lambda: self.patched(0x0800, self.ipv4(), 0, b"\x4f"), lambda: self.patched(0x0800, self.ipv4(), 2, b"\xff\xff"),
            lambda: self.patched(0x0800, self.ipv4(), 2, b"\x00\x13"), lambda: self.patched(0x0800, self.ipv4(), 2, b"\x00\x00"),
            lambda: self.patched(0x86dd, self.ipv6(), 0, b"\x40"), lambda: self.patched(0x86dd, self.ipv6(12), 6, b"\x00"),
            lambda: self.patched(0x86dd, self.ipv6(12), 41, b"\xff"), lambda: self.patched(0x8864, self.pppoe()[1], 0, b"\x21"),
            lambda: self.patched(0x8864, self.pppoe()[1], 1, b"\xa7"), lambda: self.patched(0x8864, self.pppoe()[1], 6, b"\x01"),
            lambda: self.patched(*self.tagged(0x8100, b"\x00\x01" + deep, (0x8100, 0x88a8)), 0, b""))()

    def bad(self):
        """A malformed, truncated or absurd frame: (bytes captured, true length)."""
        frame, length = self.good()
        choice = self.below(8)
        if choice == 0:  # sent short
            frame = frame[:self.below(len(frame) + 1) if self.below(2) else self.below(80)]
            return frame, len(frame)
        if choice == 1:  # cut by the capture
            return frame[:self.below(min(len(frame), 100) + 1)], length
        if choice == 2:
            frame = self.patch()
        elif choice == 3:
            frame = self.flip(frame)
        elif choice == 4:  # source a group, or zero
            frame = frame[:6] + self.pick(BROADCAST, b"\x00" * 6, b"\x01\x00\x5e\x00\x00\x01") + frame[12:]
        elif choice == 5:
            frame = frame[:12] + self.bytes(self.below(300))
        elif choice == 6:  # recorded length above or below what is there
            return frame, self.pick(65535, 65536, 200000, max(14, len(frame) - 1 - self.below(40)))
        else:
            frame = self.bytes(self.below(200))
        return frame, len(frame)

    def draw(self, which):
        """One frame of set `which`: good, bad or all."""
        if which == "all":
            which = self.pick("good", "good", "good", "bad")
        return self.good() if which == "good" else self.bad()
