#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Send a frame that says a name: say.py IFACE MAC IP dhcp NAME | ack CLIENT | mdns NAME | arp | junk COUNT"""
import os
import pathlib
import socket
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "fuzz"))
import seeds_names as make  # noqa: E402

BROADCAST, MDNS_GROUP = b"\xff" * 6, bytes.fromhex("01005e0000fb")


def octets(mac):
    return bytes.fromhex(mac.replace(":", ""))


def frame(dst, src, kind, payload):
    return (dst + src + struct.pack(">H", kind) + payload).ljust(60, b"\0")


def main():
    iface, mac, ip, what, *rest = sys.argv[1:]
    src, source = octets(mac), socket.inet_aton(ip)
    out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    out.bind((iface, 0))
    make.MAC = src
    if what == "dhcp":
        options = make.option(12, rest[0].encode()) + make.option(55, bytes([1, 3, 6])) + make.option(60, b"udhcp 1.24.2")
        out.send(frame(BROADCAST, src, 0x800, make.ip4(make.dhcp(1, 1, options), 68, 67, bytes(4))))
    elif what == "ack":
        make.MAC = octets(rest[0])
        out.send(frame(BROADCAST, src, 0x800, make.ip4(make.dhcp(2, 5, b"", yiaddr=socket.inet_aton(rest[1])), 67, 68, source)))
    elif what == "mdns":
        host = make.name(rest[0].encode(), b"local")
        out.send(frame(MDNS_GROUP, src, 0x800, make.ip4(make.mdns(0x8400, answers=[make.record(host, 1, source)]), 5353, 5353, source)))
    elif what == "arp":
        out.send(frame(BROADCAST, src, 0x806, make.arp(source)))
    elif what == "junk":
        for i in range(int(rest[0])):
            port = 5353 if i % 2 else 67
            out.send(frame(BROADCAST, src, 0x800, make.ip4(os.urandom(400), 5353, port, source)))
    else:
        sys.exit(f"{what}: not known")


if __name__ == "__main__":
    main()
