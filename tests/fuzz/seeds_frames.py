#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Make the seeds of frames and captures, in corpus/frame and corpus/capture: every header that is parsed, every form of a capture file."""
import pathlib
import struct

HERE = pathlib.Path(__file__).parent / "corpus"
DEVICE, OTHER, GROUP = bytes.fromhex("02005e100001"), bytes.fromhex("02005e100002"), bytes.fromhex("01005e0000fb")
IP4, FAR4 = bytes([192, 168, 1, 7]), bytes([8, 8, 8, 8])
IP6 = bytes.fromhex("fe80") + bytes(13) + b"\7"
FAR6 = bytes.fromhex("20010db8") + bytes(11) + b"\1"


def ether(kind, payload, tags=b"", src=DEVICE, dst=OTHER):
    return dst + src + tags + struct.pack(">H", kind) + payload


def tcp(sport, dport, flags, options=b"", payload=b"abcd"):
    return struct.pack(">HHIIBBHHH", sport, dport, 1, 2, (20 + len(options)) // 4 << 4, flags, 8192, 0, 0) + options + payload


def udp(sport, dport, payload=b"abcd"):
    return struct.pack(">HHHH", sport, dport, 8 + len(payload), 0) + payload


def ip4(proto, payload, options=b"", fragment=0, dst=FAR4):
    total = 20 + len(options) + len(payload)
    return struct.pack(">BBHHHBBH", 0x45 + len(options) // 4, 0, total, 1, fragment, 64, proto, 0) + IP4 + dst + options + payload


def ip6(proto, payload, dst=FAR6):
    return struct.pack(">IHBB", 0x60000000, len(payload), proto, 64) + IP6 + dst + payload


def frames():
    syn = b"\2\4\5\xb4\1\3\3\7\4\2\x08\x0a" + bytes(8)
    yield "tcp", ether(0x800, ip4(6, tcp(50000, 443, 0x18)))
    yield "syn", ether(0x800, ip4(6, tcp(50000, 1883, 2, syn + b"\0\0\0\0")))
    yield "syn-odd", ether(0x800, ip4(6, tcp(50000, 1883, 2, b"\x1e\2\1\1\x22\0\0\0")))
    yield "syn-ack", ether(0x800, ip4(6, tcp(8080, 50000, 0x12)))
    yield "udp", ether(0x800, ip4(17, udp(50001, 53)))
    yield "options", ether(0x800, ip4(17, udp(50001, 6666), b"\1\1\1\0"))
    yield "fragment", ether(0x800, ip4(17, udp(50001, 6666), fragment=0x2000))
    yield "fragment-later", ether(0x800, ip4(17, bytes(16), fragment=0x0010))
    yield "icmp", ether(0x800, ip4(1, b"\x08\0\0\0" + bytes(8)))
    yield "igmp", ether(0x800, ip4(2, bytes(8), dst=bytes([224, 0, 0, 251])), dst=GROUP)
    yield "gre", ether(0x800, ip4(47, bytes(8)))
    yield "dhcp", ether(0x800, ip4(17, udp(68, 67, bytes(240)), dst=b"\xff" * 4), dst=b"\xff" * 6)
    yield "mdns", ether(0x800, ip4(17, udp(5353, 5353, bytes(12))), dst=GROUP)
    yield "ip6-tcp", ether(0x86DD, ip6(6, tcp(50000, 443, 0x10)))
    yield "ip6-udp", ether(0x86DD, ip6(17, udp(50000, 443)))
    yield "ip6-chain", ether(0x86DD, ip6(0, b"\x2b\0\5\2\0\0\0\0" + b"\x3c\0\0\0\0\0\0\0" + b"\x33\0\0\0\0\0\0\0" + b"\x11\4" + bytes(22) + udp(1, 2)))
    yield "ip6-fragment", ether(0x86DD, ip6(44, b"\x11\0\0\1\0\0\0\7" + udp(1, 2)))
    yield "ip6-deep", ether(0x86DD, ip6(0, b"\0\0\5\2\0\0\0\0" * 12))
    yield "nd", ether(0x86DD, ip6(58, b"\x87\0\0\0" + bytes(4) + IP6))
    yield "vlan", ether(0x8100, b"\0\5\x08\0" + ip4(17, udp(50001, 53)))
    yield "qinq", ether(0x88A8, b"\0\5\x81\0\0\6\x86\xdd" + ip6(17, udp(50001, 53)))
    yield "vlan-deep", ether(0x8100, b"\0\5\x81\0" * 6)
    yield "pppoe", ether(0x8864, b"\x11\0\0\1\0\x40\0\x21" + ip4(17, udp(50001, 53)))
    yield "pppoe6", ether(0x8864, b"\x11\0\0\1\0\x40\0\x57" + ip6(17, udp(50001, 53)))
    yield "pppoe-bad", ether(0x8864, b"\x21\0\0\1\0\x40\0\x21")
    yield "llc", ether(39, b"\x42\x42\3" + bytes(36))
    yield "snap", ether(60, b"\xaa\xaa\3\0\0\0\x08\0" + ip4(17, udp(50001, 53)))
    yield "snap-other", ether(60, b"\xaa\xaa\3\x0c\0\0\x08\0" + bytes(30))
    yield "arp", ether(0x806, b"\0\1\x08\0\6\4\0\1" + DEVICE + IP4 + bytes(6) + FAR4)
    yield "eapol", ether(0x888E, bytes(20))
    yield "group-source", ether(0x800, bytes(30), src=GROUP)
    yield "zero-source", ether(0x800, bytes(30), src=bytes(6))


def record(frame, ticks=50, gso=0, more=0):
    frame = frame[:1020] + bytes(-len(frame) % 4)
    return bytes([ticks, len(frame) // 4, gso, more]) + frame


def conversation():
    """Devices that come and go until table, quota and limit of newcomers are full."""
    out = b""
    for i in range(24):
        source = DEVICE[:5] + bytes([i % 20])
        out += record(ether(0x800, ip4(17, udp(50000 + i, 1000 + i % 9)), src=source), ticks=(0, 10, 60)[i % 3])
    return out


def storm():
    """More frames that say names and addresses than are copied in a second, and than there is room for."""
    arp = ether(0x806, b"\0\1\x08\0\6\4\0\1" + DEVICE + IP4 + bytes(6) + FAR4)
    mdns = ether(0x800, ip4(17, udp(5353, 5353, b"")), dst=GROUP)
    return 34 * record(arp, 0) + 42 * record(mdns, 0) + record(mdns) + 30 * record(mdns, 0)


def classic(order, magic, link=1, cut=0, captured=None, major=2):
    out = struct.pack(order + "IHHiIII", magic, major, 4, 0, 0, 65535, link)
    for i, (_, frame) in enumerate(frames()):
        if i < 4:
            out += struct.pack(order + "IIII", 1700000000 + i, i, captured or len(frame), len(frame)) + frame
    return out[:len(out) - cut]


def block(order, kind, body):
    body += bytes(-len(body) % 4)
    return struct.pack(order + "II", kind, 12 + len(body)) + body + struct.pack(order + "I", 12 + len(body))


def option(order, code, value):
    return struct.pack(order + "HH", code, len(value)) + value + bytes(-len(value) % 4)


def pcapng(order, links=(1,), options=b"", old=False):
    out = block(order, 0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))
    for link in links:
        out += block(order, 1, struct.pack(order + "HHI", link, 0, 262144) + options)
    for i, (_, frame) in enumerate(frames()):
        stamp = struct.pack(order + "II", 0x60A00, 0x1000 * i)
        if i % 5 == 0:
            out += block(order, 3, struct.pack(order + "I", len(frame)) + frame)
        elif old:
            out += block(order, 2, struct.pack(order + "HH", i % len(links), 0) + stamp + struct.pack(order + "II", len(frame), len(frame)) + frame)
        else:
            out += block(order, 6, struct.pack(order + "I", i % len(links)) + stamp + struct.pack(order + "II", len(frame), len(frame)) + frame)
        if i == 6:
            break
    return out + block(order, 5, bytes(12))


def captures():
    for name, order in (("little", "<"), ("big", ">")):
        yield "micro-" + name, classic(order, 0xA1B2C3D4)
        yield "nano-" + name, classic(order, 0xA1B23C4D)
        yield "ng-" + name, pcapng(order)
        yield "ng-times-" + name, pcapng(order, (1, 113, 1), option(order, 9, b"\x09") + option(order, 14, b"\0" * 8) + option(order, 0, b""))
        yield "ng-old-" + name, pcapng(order, (1, 101), option(order, 9, b"\x8a"), old=True)
    yield "raw", classic("<", 0xA1B2C3D4, 101)
    yield "wifi", classic("<", 0xA1B2C3D4, 127)
    yield "cut", classic("<", 0xA1B2C3D4, cut=9)
    yield "cut-header", classic("<", 0xA1B2C3D4, cut=-8 % 71)[:24 + 9]
    yield "long", classic("<", 0xA1B2C3D4, captured=300000)
    yield "version", classic("<", 0xA1B2C3D4, major=1)
    yield "modified", classic("<", 0xA1B2CD34)
    yield "gzip", b"\x1f\x8b\x08\0" + bytes(20)
    yield "xz", b"\xfd7zXZ\0" + bytes(20)
    yield "text", b"not a capture, but long enough for its header"


def main():
    for folder in ("frame", "capture"):
        (HERE / folder).mkdir(parents=True, exist_ok=True)
    for name, frame in frames():
        (HERE / "frame" / name).write_bytes(record(frame) + record(frame, 200, len(frame) % 60, 80))
    (HERE / "frame" / "short").write_bytes(record(DEVICE))
    (HERE / "frame" / "conversation").write_bytes(conversation())
    (HERE / "frame" / "storm").write_bytes(storm())
    (HERE / "capture" / "nothing-pipe").write_bytes(b"\1")
    for name, capture in captures():
        (HERE / "capture" / name).write_bytes(b"\0" + capture)
        if name in ("micro-little", "ng-little", "ng-times-big", "gzip", "text", "wifi", "cut", "ng-old-little"):
            (HERE / "capture" / (name + "-pipe")).write_bytes(b"\1" + capture)


if __name__ == "__main__":
    main()
