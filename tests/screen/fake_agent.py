#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""An agent that only talks: snapshots of made-up devices whose numbers change, at a socket, for tests of top.

fake_agent.py SOCKET [--devices N] [--requests FILE]    serve until killed; requests are written to FILE, one a line
fake_agent.py --once [--devices N] [--tick T] [--flows] print one snapshot of a fixed time
"""
import argparse
import json
import os
import random
import socketserver
import time

START = 1795374240  # 2026-11-22T19:04:00Z
TYPES = [("Tuya bulb", "tuya", "toggle"), ("Amcrest camera", "amcrest", "stream_video"), ("Echo Dot", "amazon", "voice_command"),
         ("Wemo plug", "belkin", "switch_on"), ("Nest thermostat", "google", "set_temperature"), ("Ring doorbell", "ring", "ring"),
         ("Hue bridge", "signify", "dim"), ("Roku TV", "roku", "play_video")]
VENDORS = {"tuya": "Tuya Smart Inc.", "amcrest": "Amcrest Technologies", "amazon": "Amazon Technologies Inc.", "belkin": "Belkin International",
           "google": "Google, Inc.", "ring": "Ring LLC", "signify": "Signify Netherlands B.V.", "roku": "Roku, Inc"}
NAMES = ["living-room-lamp", "front-door", "kitchen-echo", "coffee", "thermostat", "garage-bell-with-a-very-long-name", "hue", "tv"]
# What a network may say: wide characters, combining ones, control characters, a turn of the direction of writing.
HOSTILE = ["\u7535\u706f\u5ba2\u5385\u7535\u706f\u5ba2\u5385", "caf\u00e9 cre\u0301me", "a\u001b[2J\u001b[31mb\tc", "\u202egnp.tab\u202c", "\U0001f4a1 lamp", "\u200b\u200b"]


def rfc3339(seconds):
    whole = int(seconds)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole)) + ".%06dZ" % int((seconds - whole) * 1e6)


def strip(rng, period, tick, share=0.0):
    bits = 0
    for s in range(60):
        at = tick - 59 + s
        bits = bits << 1 | (at % period == 0 if period else rng.random() < share)
    return "%015x" % bits


def flows(rng, i, tick, now):
    out = []
    for k, (protocol, period) in enumerate([("udp/6666", 3), ("arp", 60), ("tcp/1883", 30), ("udp/53", 0), ("mdns", 0), ("udp/123", 64), ("udp/67", 20700)][:2 + i % 6]):
        packets = 40 * (k + 1) + tick * (7 - k)
        flow = {"protocol": protocol, "packets": packets, "bytes": packets * 90, "active_seconds": packets // 2, "first": rfc3339(START - 3600),
                "last": rfc3339(now - k), "strip": strip(rng, min(period, 60), tick, 0.2), "share": round(0.5 / (k + 1), 4), "periods": []}
        if period:
            flow["periods"].append({"seconds": period + 0.02, "support": round(0.97 - 0.05 * k, 3), "log_p": 30.5 - 4 * k})
        if k == 0:
            flow["periods"].append({"seconds": 60.1, "support": 0.71, "log_p": 9.2})
        out.append(flow)
    return out


def functions(i, label, now):
    return [{"label": label if k % 2 else "set_colour", "p": 0.9 - k / 50, "start": rfc3339(START - 600 + 60 * k + i), "stop": rfc3339(START - 580 + 60 * k + i)}
            for k in range(i % 7)]


def device(i, tick, now, with_flows):
    rng = random.Random(i * 1000003 + tick)
    label, maker, function = TYPES[i % len(TYPES)]
    busy = i % 5 == 0
    known = i % 11 != 7
    d = {"mac": "02:00:5e:10:%02x:%02x" % (i >> 8, i & 255) if i % 9 == 3 else "10:d5:61:24:%02x:%02x" % (i >> 8, i & 255)}
    if i % 10 == 2:
        d["name"], d["name_source"] = HOSTILE[i // 10 % len(HOSTILE)], "dhcp"
    elif i % 4 != 3:
        d["name"], d["name_source"] = NAMES[i % len(NAMES)] + ("-%d" % i if i >= 8 else ""), "owner" if i % 6 == 0 else "mdns"
    if i % 9 != 3:
        d["vendor"] = VENDORS[maker]
    d.update(randomized=i % 9 == 3, ips=["192.0.2.%d" % (i % 250 + 1), "2001:db8::%x" % (i + 1)][: 1 + i % 2], in_iface="p%d" % (i % 4 + 1),
             first=rfc3339(START - 3600), last=rfc3339(now - i % 7))
    d["type"] = {"label": label if known else "unknown", "level": "unknown" if not known else "family" if i % 8 == 6 else "type",
                 "p": round(0.99 - i % 7 * 0.1, 4), "source": "owner" if i % 6 == 0 else "model", "decided_by": ["burst", "rhythm", "window"][i % 3]}
    if i % 6:
        d["type"].update(runner_up=TYPES[(i + 1) % len(TYPES)][0], runner_up_p=0.02)
    if busy:
        d["function"] = {"label": function, "p": 0.88, "since": rfc3339(START + tick - tick % 30 - i - 4)}
    elif i % 5 != 4:
        d["function"] = {"label": "idle"}
    rate = rng.randrange(200) if busy else rng.randrange(3)
    d.update(tx_packets=1000 + 3 * tick, tx_bytes=90000 + 300 * tick, rx_packets=800 + 2 * tick, rx_bytes=70000 + 250 * tick)
    d["rates"] = {"tx_packets": rate, "tx_bytes": rate * 700, "rx_packets": rate // 2, "rx_bytes": rate * 90}
    d["strip"] = strip(rng, 0 if busy else [3, 15, 30, 60][i % 4], tick, 0.7)
    if i % 4 != 2:
        d["period"] = {"seconds": [3.02, 15, 0, 20700][i % 4], "support": 0.93, "log_p": 22.1, "protocol": "udp/6666"}
    list_of_flows = flows(rng, i, tick, now)
    d["flow_count"] = len(list_of_flows)
    if with_flows:
        d["functions"], d["flows"] = functions(i, function, now), list_of_flows
    return d


def snapshot(count, tick, with_flows=False, mac=None, now=None):
    now = START + tick if now is None else now
    devices = [device(i, tick, now, with_flows) for i in range(count)]
    if mac:
        devices = [d for d in devices if d["mac"] == mac]
    return {"protocol": 1, "ok": True, "time": rfc3339(now), "host": "router", "version": "0.1.0", "model": "default",
            "ports": [{"in_iface": "p%d" % (i + 1), "bridge": "br-lan", "ingress": "tcx", "egress": "tcx", "up": i != 3} for i in range(4)],
            "totals": {"frames": 123456 + tick, "counted": 123000 + tick, "skipped": 456, "devices": count, "flows": 5 * count, "missed_packets": 12,
                       "clients": 2, "lost_events": 0},
            "devices": devices,
            "alerts": [{"time": rfc3339(START - 300), "severity": "info", "mac": "10:d5:61:24:00:01", "text": "a new device"},
                       {"time": rfc3339(START - 120), "severity": "warning", "mac": "10:d5:61:24:00:07", "text": "a device of no known type"},
                       {"time": rfc3339(START - 60), "severity": "warning", "text": "12 packets were overwritten before they were read"}]}


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline()
        request = json.loads(line)
        if self.server.log:
            self.server.log.write(json.dumps(request) + "\n")
            self.server.log.flush()
        if request["request"] == "label":
            answer = {"protocol": 1, "ok": True, "id": 7, "mac": request["device"], "type": request.get("type", "Tuya bulb"), "packets": 42}
            answer.update({"function": request["function"]} if "function" in request else {})
            self.wfile.write(json.dumps(answer).encode() + b"\n")
            return
        if request["request"] != "snapshot":
            self.wfile.write(b'{"protocol":1,"ok":false,"error":"this one only talks","exit":76}\n')
            return
        self.serve(request)

    def serve(self, request):
        every = request.get("every_ms", 0) / 1000
        lines = [(json.dumps(snapshot(self.server.devices, tick, request.get("flows", False), request.get("device")), ensure_ascii=False, separators=(",", ":")) + "\n").encode()
                 for tick in range(8 if every else 1)]
        tick, next_time = 0, time.monotonic()
        try:
            while True:
                self.wfile.write(lines[tick % len(lines)])
                if not every:
                    return
                tick += 1
                next_time += every
                time.sleep(max(0, next_time - time.monotonic()))
        except (BrokenPipeError, ConnectionResetError):
            pass


class Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("socket", nargs="?")
    parser.add_argument("--devices", type=int, default=12)
    parser.add_argument("--requests")
    parser.add_argument("--once", action="store_true")
    parser.add_argument("--tick", type=int, default=0)
    parser.add_argument("--flows", action="store_true")
    options = parser.parse_args()
    if options.once:
        print(json.dumps(snapshot(options.devices, options.tick, options.flows), ensure_ascii=False, separators=(",", ":")))
        return
    server = Server(options.socket, Handler)
    server.devices = options.devices
    server.log = open(options.requests, "a") if options.requests else None
    try:
        server.serve_forever()
    finally:
        os.unlink(options.socket)


if __name__ == "__main__":
    main()
