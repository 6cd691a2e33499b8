#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Make the seeds of the parsers of names in corpus/: messages as devices send them, one directory a parser."""
import pathlib
import struct

HERE = pathlib.Path(__file__).parent / "corpus"
MAC = bytes.fromhex("02005e100001")
IP4, IP6 = bytes([192, 0, 2, 7]), bytes.fromhex("fe80") + bytes(13) + b"\7"


def option(code, value):
    return bytes([code, len(value)]) + value


def dhcp(op, kind, options, ciaddr=bytes(4), yiaddr=bytes(4)):
    fixed = struct.pack(">BBBBIHH", op, 1, 6, 0, 0x1234, 0, 0) + ciaddr + yiaddr + bytes(8) + MAC + bytes(10) + bytes(192)
    return fixed + b"\x63\x82\x53\x63" + option(53, bytes([kind])) + options + b"\xff" + bytes(8)


def name(*labels):
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def record(owner, kind, data):
    return owner + struct.pack(">HHIH", kind, 0x8001, 120, len(data)) + data


def mdns(flags, questions=(), answers=(), authority=(), additional=()):
    head = struct.pack(">6H", 0, flags, len(questions), len(answers), len(authority), len(additional))
    return head + b"".join([*questions, *answers, *authority, *additional])


HOST = name(b"kitchen-lamp", b"local")
LAMP = name(b"Kitchen lamp", b"_hap", b"_tcp", b"local")
TO_HOST = b"\xc0\x0c"  # the first record's owner


def seeds_mdns():
    yield "address", mdns(0x8400, answers=[record(HOST, 1, IP4), record(TO_HOST, 28, IP6)])
    yield "service", mdns(0x8400, answers=[record(name(b"_hap", b"_tcp", b"local"), 12, LAMP), record(LAMP, 33, bytes(6) + HOST),
                                           record(LAMP, 16, b"\5md=x1\4sf=1")])
    yield "info", mdns(0x8400, answers=[record(name(b"Lamp", b"_device-info", b"_tcp", b"local"), 16, b"\x0dmodel=J105aAP")])
    yield "reverse", mdns(0x8400, answers=[record(name(b"7", b"2", b"0", b"192", b"in-addr", b"arpa"), 12, HOST)])
    question = name(b"kitchen-lamp", b"local") + b"\0\xff\0\1"
    yield "probe", mdns(0, questions=[question], authority=[record(TO_HOST, 1, IP4)])
    yield "loop", mdns(0x8400, answers=[record(b"\xc0\x0c", 1, IP4)])
    yield "deep", mdns(0x8400, answers=[record(b"\1a" * 100 + b"\0", 1, IP4)])


def seeds_dhcp():
    client = option(12, b"kitchen-lamp") + option(55, bytes([1, 3, 6, 15, 12])) + option(60, b"udhcp 1.24.2")
    yield "discover", dhcp(1, 1, client)
    yield "request", dhcp(1, 3, client + option(50, IP4) + option(54, bytes([192, 0, 2, 1])))
    yield "renewal", dhcp(1, 3, option(12, "Küche\0".encode()), ciaddr=IP4)
    yield "ack", dhcp(2, 5, option(54, bytes([192, 0, 2, 1])), yiaddr=IP4)
    yield "cut", dhcp(1, 1, client)[:250]


def arp(sender):
    return b"\0\1\x08\0\6\4\0\1" + MAC + sender + bytes(6) + bytes([192, 0, 2, 1])


def seeds_nd():
    yield "solicit", b"\x87\0\0\0" + bytes(4) + IP6 + b"\1\1" + MAC
    yield "advertise", b"\x88\0\0\0\x60\0\0\0" + IP6 + b"\2\1" + MAC
    yield "router", b"\x85\0\0\0" + bytes(4) + b"\1\1" + MAC


def ip4(payload, sport, dport, source=IP4):
    udp = struct.pack(">HHHH", sport, dport, 8 + len(payload), 0) + payload
    return struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0) + source + b"\xff" * 4 + udp


def ip6(payload, proto):
    return struct.pack(">IHBB", 0x60000000, len(payload), proto, 255) + IP6 + bytes.fromhex("ff02") + bytes(13) + b"\1" + payload


def frame(kind, payload, tag=b""):
    return b"\xff" * 6 + MAC + tag + struct.pack(">H", kind) + payload


def seeds_frame():
    for n, b in seeds_dhcp():
        yield "dhcp-" + n, frame(0x800, ip4(b, 68, 67, bytes(4)))
    for n, b in seeds_mdns():
        yield "mdns-" + n, frame(0x800, ip4(b, 5353, 5353))
        udp = struct.pack(">HHHH", 5353, 5353, 8 + len(b), 0) + b
        yield "mdns6-" + n, frame(0x86DD, ip6(udp, 17), b"\x81\0\0\5")
    for n, b in seeds_nd():
        yield "nd-" + n, frame(0x86DD, ip6(b, 58))
        yield "hop-" + n, frame(0x86DD, ip6(b"\x3a\0\5\2\0\0\0\0" + b, 0))
    yield "arp", frame(0x806, arp(IP4))


def seeds_leases():
    yield "dnsmasq", b"\0" b"1700000000 02:00:5e:10:00:01 192.0.2.7 kitchen-lamp 01:02:00:5e:10:00:01\n0 02:00:5e:10:00:02 192.0.2.8 * *\n" \
        b"duid 00:01\n1700000000 1 2001:db8::7 lamp 00:01\n"
    yield "kea", b"\1" b"address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id\n" \
        b"192.0.2.7,02:00:5e:10:00:01,01:02:00:5e:10:00:01,3600,1700000000,1,0,0,kitchen-lamp.lan.,0,,0\n"
    yield "networkd", b"\2" b'{"BootID":"x","Leases":[{"ClientId":[1,2,0,94,16,0,1],"Address":[192,0,2,7],"Hostname":"kitchen-lamp",' \
        b'"HardwareAddressType":1,"HardwareAddressLength":6,"HardwareAddress":[2,0,94,16,0,1,0,0,0,0,0,0,0,0,0,0],"ExpirationUSec":1}]}'


def seeds_vendors():
    strings = b"\0OUI:10D561\0 ID_OUI_FROM_DATABASE\0Tuya Smart\0"
    root, leaf, at = 80, 120, 160
    header = struct.pack("<9Q", 252, at + len(strings), 80, 24, 16, 16, root, 80, len(strings))
    node = struct.pack("<QB7xQ", at + 1, 1, 0) + struct.pack("<B7xQ", ord("*"), leaf)
    end = struct.pack("<QB7xQ", at, 0, 1) + struct.pack("<QQ", at + 12, at + 34)
    yield "compiled", b"KSLPHHRH" + header + node + end + strings
    yield "text", b"OUI:10D561*\n ID_OUI_FROM_DATABASE=Tuya Smart Inc.\nOUI:10D5612*\n ID_OUI_FROM_DATABASE=Other\n"
    yield "list", b'MA-L,10D561,Tuya Smart Inc.,Somewhere\nMA-M,10D5612,"Quoted, Ltd.",Elsewhere\n'


def main():
    seeds = {"dhcp": seeds_dhcp(), "mdns": seeds_mdns(), "arp": [("request", arp(IP4)), ("probe", arp(bytes(4)))], "nd": seeds_nd(),
             "names": seeds_frame(), "leases": seeds_leases(), "vendors": seeds_vendors()}
    for parser, made in seeds.items():
        folder = HERE / parser
        folder.mkdir(parents=True, exist_ok=True)
        for title, content in made:
            (folder / title).write_bytes(content)


if __name__ == "__main__":
    main()
