#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Make the seeds of configuration files, requests, answers, pieces of activity and small files, in corpus/."""
import base64
import json
import pathlib
import struct
import sys
import zlib

HERE = pathlib.Path(__file__).parent / "corpus"
sys.path.insert(0, str(HERE.parent.parent / "screen"))
import fake_agent  # noqa: E402

DEVICE = "02:00:5e:10:00:01"
OTHER = "02:00:5e:10:00:02"

CONFIG = {
    "all": "# a comment\n[run]\noperands = br0 eth1\ndevice = 02:00:5e:10:00:01\ngateway=02:00:5e:10:00:02\ngateway = 02:00:5e:10:00:03\n"
           "model = none\nevents = device,function\nformat = json\njson = yes\nhook = auto\nstats = 1h\ndevices = 64\nflows = 128\n"
           "newcomers = 0\nsocket = /run/x\nsocket-group = adm\nstate = none\nwrite-every = 1m\nkeep = 0\nhistory-max = 8\nshadow = x\n",
    "flags": "[run]\njson = TRUE\njson = off\njson=0\njson= 1\njson = No\n",
    "wrong-flag": "[run]\njson = perhaps\n",
    "wrong-number": "[run]\ndevices = 1\n",
    "wrong-time": "[run]\nstats = 99999999d\n",
    "wrong-choice": "[run]\nformat = xml\n",
    "wrong-set": "[run]\nevents = all,none\n",
    "wrong-mac": "[run]\ngateway = 02:00\n",
    "no-section": "json = yes\n",
    "other-section": "[walk]\njson = yes\n",
    "no-option": "[run]\nwalk = 1\n",
    "no-value": "[run]\nwalk\n",
    "many-operands": "[run]\noperands = " + "a " * 70 + "\n",
    "long": "[run]\nstate = " + "x" * 300 + "\n",
    "comment": "; x\n[run] ; y\njson = yes ; z\n\xef\xbb\xbf\n  continued\n",
}

REQUESTS = [
    "", {"request": "snapshot"}, {"request": "snapshot", "flows": True, "every_ms": 1000}, {"request": "snapshot", "device": DEVICE, "flows": True},
    {"request": "snapshot", "device": "x"}, {"request": "snapshot", "every_ms": 0}, {"request": "subscribe"},
    {"request": "subscribe", "recent": True, "live": False, "types": ["device", "flow"]}, {"request": "subscribe", "types": ["x"]},
    {"request": "subscribe", "types": []}, {"request": "label", "device": DEVICE, "type": "bulb"},
    {"request": "label", "device": DEVICE, "function": "on", "from_us": 1699999999000000, "to_us": 1700000008000000},
    {"request": "label", "device": DEVICE, "function": "on", "from_us": 1, "to_us": 9e16},
    {"request": "label", "device": "bulb", "type": "plug"}, {"request": "label", "device": DEVICE, "type": "a\tb"},
    {"request": "label", "device": DEVICE}, {"request": "label", "device": "02:00", "type": "a"}, {"request": "labels"},
    {"request": "labels", "after": 1}, {"request": "unlabel", "id": 1}, {"request": "unlabel", "id": 77}, {"request": "unlabel"},
    {"request": "name", "device": DEVICE, "name": "lamp"}, {"request": "name", "device": "lamp", "name": "K\u00fcche"},
    {"request": "name", "device": "lamp"}, {"request": "name", "device": DEVICE, "name": "\u0007"}, {"request": "name"},
    {"request": "merge", "device": DEVICE, "into": OTHER}, {"request": "merge", "device": DEVICE, "undo": True},
    {"request": "merge", "device": DEVICE, "into": DEVICE}, {"request": "merge", "device": OTHER, "undo": True}, {"request": "merge"},
    {"request": "forget", "device": DEVICE},
    {"request": "forget", "device": DEVICE, "sure": True}, {"request": "forget"},
    {"request": "model", "directory": "/tmp", "name": "built-in"}, {"request": "model"}, {"request": "write"}, {"request": "walk"}, {"request": 1},
]


def request(members):
    return json.dumps(dict({"protocol": 1}, **members), separators=(",", ":")) if isinstance(members, dict) else members


def lines(*requests_of_one):
    return "".join(request(m) + "\n" for m in requests_of_one).encode()


def requests():
    for i, members in enumerate(REQUESTS):
        name = members["request"] if isinstance(members, dict) else "status"
        yield "%02d-%s" % (i, name), request(members).encode() + b"\n"
    yield "story", lines(REQUESTS[10], REQUESTS[11], REQUESTS[17], REQUESTS[27], REQUESTS[3], "")
    for name, mode in (("disk-full", b"+"), ("damaged", b"!"), ("starved", b"<")):
        yield name, mode + lines(*(REQUESTS[i] for i in (10, 11, 17, 19, 22, 36)))
    many = ({"request": "label", "device": "02:00:5e:10:01:%02x" % i, "type": "%060d" % i} for i in range(60))
    yield "disk-filled", b"+" + lines(*many)
    yield "kept-nothing", b"-" + lines(*filter(None, REQUESTS))
    forget = {"request": "forget", "device": DEVICE, "sure": True}
    label, function = REQUESTS[10], REQUESTS[11]
    yield "forget", lines(label, function, REQUESTS[22], forget, forget, forget, forget, dict(forget, device=OTHER), forget)
    asked = (label, function, {"request": "merge", "device": OTHER, "into": DEVICE}, *[forget] * 6, dict(forget, device=OTHER), forget)
    for name, mode in (("merged", b""), ("full", b"+"), ("damaged", b"!"), ("starved", b"<"), ("nothing", b"-")):
        yield "forget-" + name, mode + lines(*asked)
    yield "forget-two", lines(forget, dict(forget, device=OTHER), forget, forget, forget, dict(forget, device=OTHER))
    yield "twice", lines(function, label, dict(label, device=OTHER), REQUESTS[13], function, {"request": "unlabel", "id": 2},
                         {"request": "labels", "after": 1e300})
    yield "too-long", b"x" * 9000 + b"\n"
    yield "other-protocol", b'{"protocol":2,"request":"snapshot"}\n'
    yield "no-object", b"[1,2]\n"
    yield "no-json", b"{\n"
    yield "deep", b"[" * 1500 + b"\n"


def event(kind, body, **more):
    return dict({"timestamp": "2026-11-22T19:04:00.000001Z", "event_type": kind, "host": "h", "in_iface": "lan1",
                 "device": {"mac": DEVICE, "name": "lamp"}, kind: body}, **more)


def events():
    evidence = {"decided_by": "burst", "evidence": {"packets": 120, "windows": 3, "bursts": 4}}
    yield event("start", {"version": "0.1.0", "mode": "live", "model": "m", "model_version": "1", "devices_size": 1024, "flows_size": 16384,
                          "memory_bytes": 6e6, "ports": [{"in_iface": "lan1", "bridge": "br0", "ingress": "tcx", "egress": "tcx"}]})
    yield event("stop", {"reason": "signal", "frames": 10, "counted": 9, "devices": 1, "flows": 2, "seconds": 3.5})
    yield event("stats", {"frames": 10, "counted": 9, "devices": {"used": 1, "size": 2}, "flows": {"used": 1, "size": 2}, "skipped": {"gateway": 1},
                          "partial": {"flow_quota": 1}, "events": {"written": 1, "dropped": 0, "failed": 0}, "ports": [{"in_iface": "lan1"}]})
    yield event("device", dict({"action": "changed", "label": "bulb", "level": "type", "label_p": 0.9, "runner_up": "plug", "runner_up_p": 0.1,
                                "previous": "plug", "source": "model", "first": "2026-11-22T19:00:00Z", "last": "2026-11-22T19:03:00Z"}, **evidence))
    yield event("function", dict({"action": "stop", "label": "on", "p_function": 0.9, "p_device": 0.8, "p": 0.72, "since": "2026-11-22T19:04:00Z",
                                  "duration_s": 3}, **evidence))
    yield event("period", {"action": "found", "protocol": "udp/6666", "seconds": 3, "log_p": 33.5, "support": 0.9, "resolution_s": 1, "weak": True})
    yield event("flow", {"protocol": "udp/6666", "packets": 2 ** 53, "bytes": 1e30, "active_seconds": -1, "start": "2026-11-22T19:04:00Z"})
    yield event("shadow", {"model": "m", "model_version": "2", "label": "bulb", "label_p": 0.5, "active": {"label": "plug", "label_p": 0.6}})
    yield event("lost", {"events": 7})


def answers():
    for flows in (False, True):
        snapshot = json.dumps(fake_agent.snapshot(3, 5, flows), separators=(",", ":"))
        yield "snapshot%d" % flows, snapshot
    for e in events():
        yield "event-" + e["event_type"], json.dumps(e, separators=(",", ":"))
    yield "stats-array", json.dumps(event("stats", {"skipped": [1, 2], "partial": [{}], "ports": [1], "devices": 3}))
    yield "refused", '{"protocol":1,"ok":false,"error":"no","exit":64}'
    yield "good", '{"protocol":1,"ok":true}\n{"protocol":1,"ok":true,"types":["device"]}'
    yield "no-protocol", '{"protocol":7}'


def varint(n):
    out = b""
    while n >= 0x80:
        out, n = out + bytes([n & 0x7F | 0x80]), n >> 7
    return out + bytes([n])


def activity(codec, base=1700000000):
    """Two devices: a flow and what each received."""
    raw = varint(base)
    for mac in (b"\2\0\x5e\x10\0\1", b"\2\0\x5e\x10\0\2"):
        raw += b"\x86" + mac + varint(6666) + varint(5) + b"".join(varint(6) + varint(1 + i) + varint(100) for i in range(5))
        raw += b"\x10" + varint(1) + varint(2) + varint(7) + varint(1 << 40) + b"\x20" + varint(1) + varint(9) + varint(1) + varint(60)
    return bytes([1, codec]) + varint(len(raw)) + (zlib.compress(raw) if codec else raw)


def files():
    packet = struct.pack("<IHHHBBBBH", 1000, 60, 0, 6666, 6, 64, 0, 1, 7)
    for name, abi in (("packets", 2), ("packets-later", 9)):
        yield name, b"\0" + b"IOTPKT1\0" + struct.pack("<II", 3, abi) + 3 * packet
    yield "packets-cut", b"\0" + b"IOTPKT1\0" + struct.pack("<II", 3, 2) + packet
    signature = base64.b64encode(b"ED" + bytes(72)).decode()
    yield "signature", ("\1untrusted comment: x\n%s\ntrusted comment: y\n%s\n" % (signature, base64.b64encode(bytes(64)).decode())).encode()


DEVICE_SLOTS, DEVICE_BYTES, FLOW_SLOTS, FLOW_BYTES = 16, 88, 32, 32
OVERWRITE, SEND, RETIRE, WRITE, SKIP, NEXT, PASS = range(1, 8)


def step(what, a=0, b=0, c=0):
    return bytes([what, a, b, c])


def all_over(first, count, size, field, value):
    """The same eight bytes of each slot's entry."""
    return b"".join(step(OVERWRITE, at >> 8, at & 255, value) for at in range(first + field, first + count * size, size))


def kept():
    """A table's life with one agent and the next: see tests/fuzz/fuzz_kept.c."""
    life = b"".join(step(SEND, who, what, 3 * who) for who in range(4) for what in range(3)) + step(PASS)
    again = step(NEXT) + b"".join(step(SEND, who, 1, 9) for who in range(6)) + step(PASS) + step(WRITE, 1)
    slots = b"".join(step(RETIRE, i, i + 16 * j) for i in range(DEVICE_SLOTS) for j in range(2))
    flows = DEVICE_SLOTS * DEVICE_BYTES
    yield "life", life + step(WRITE, 1) + again
    yield "killed", life + step(SEND, 1, 1, 255) + step(SEND, 1, 1, 255) + again
    yield "retiring", life + slots + again
    yield "aged", life + step(PASS, 0, 4) + step(NEXT) + step(PASS, 0, 9) + again
    yield "skipped", life + step(WRITE) + step(SKIP) + step(WRITE, 1) + again
    for name, first, count, size, fields in (("device", 0, DEVICE_SLOTS, DEVICE_BYTES, (0, 8, 16, 24, 32, 40, 56, 72)),
                                             ("flow", flows, FLOW_SLOTS, FLOW_BYTES, (0, 8, 16, 24))):
        for field in fields:
            for value in (0, 255):
                changed = all_over(first, count, size, field, value)
                yield "%s-%d-%d" % (name, field, value), life + changed + slots[:64] + again


def exports():
    """What is wrong with a row or a head, each alone; the good ones were written by `iotbpf export`."""
    good = (HERE / "rows" / "open.ndjson").read_text()
    lines = good.split("\n")
    head = lines[0]
    yield "order", "\n".join([head, lines[2], lines[1], *lines[3:]])
    yield "long", good.replace('"Acme"', '"' + "x" * 80 + '"')
    yield "backwards", good.replace('"to":"1970-01-01T01:', '"to":"1970-01-01T00:')
    for name, a, b in (("number", "1048576", "1e3"), ("time", "4000000000", "-5"), ("share", '"type_p":0.5', '"type_p":7'), ("bool", "false", "0"),
                       ("table", '"table":"flows"', '"table":"walks"'), ("span", '"to_s":5000', '"to_s":5'), ("version", "export\":1", "export\":9")):
        yield name, good.replace(a, b)
    csv = (HERE / "rows" / "tables.csv").read_text()
    yield "csv-fields", csv.replace(",0,0,0,0\n", "," * 300 + "\n", 1)
    yield "csv-lines", csv.replace("\n", "\r\n")
    yield "csv-quote", csv.replace('""lamp""', '"lamp', 1)


def main():
    made = {"config": ((n, t.encode("latin-1")) for n, t in CONFIG.items()), "request": requests(),
            "answer": ((n, t.encode() + b"\n") for n, t in answers()),
            "activity": [("packed", activity(1)), ("plain", activity(0)), ("early", activity(0, 1699999990))], "files": files(), "kept": kept(), "kept": kept(),
            "rows": ((n, t.encode()) for n, t in exports())}
    for target, seeds in made.items():
        (HERE / target).mkdir(parents=True, exist_ok=True)
        for name, content in seeds:
            (HERE / target / name).write_bytes(content)


if __name__ == "__main__":
    main()
