#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Compare what `iotbpf read` says of names and addresses with what tshark shows: names.py IOTBPF LIST-OF-CAPTURES

Of a device that speaks several times tshark shows several names: ours must be the last of them, where it is said at all. What only other
programs than the device's own say (a query's known answers, records of other hosts) is no name of it.
"""
import collections
import json
import subprocess
import sys

FIELDS = ["eth.src", "ip.src", "dhcp.type", "dhcp.hw.mac_addr", "dhcp.option.hostname", "arp.src.hw_mac", "arp.src.proto_ipv4", "dns.flags.response",
          "dns.resp.name", "dns.resp.type", "dns.a", "dns.srv.target"]
FILTER = "(dhcp && dhcp.type == 1) || arp || (udp.dstport == 5353 && mdns)"


def tshark(path):
    """Rows as dictionaries of lists."""
    command = ["tshark", "-r", path, "-Y", FILTER, "-T", "fields", "-E", "separator=\t", "-E", "occurrence=a", "-E", "aggregator=\x1f"]
    for field in FIELDS:
        command += ["-e", field]
    out = subprocess.run(command, capture_output=True, check=False).stdout.decode("utf-8", "replace")
    for line in out.splitlines():
        yield {f: (v.split("\x1f") if v else []) for f, v in zip(FIELDS, line.split("\t"))}


def host(name):
    """The host of name.local, else None."""
    labels = name.rstrip(".").split(".")
    return labels[0] if len(labels) == 2 and labels[1].lower() == "local" else None


def expected(path):
    dhcp, mdns, arp = {}, collections.defaultdict(set), collections.defaultdict(set)
    for row in tshark(path):
        src = (row["eth.src"] or [""])[0]
        if row["dhcp.option.hostname"] and row["dhcp.hw.mac_addr"][:1] == [src]:
            dhcp[src] = row["dhcp.option.hostname"][0]
        if row["arp.src.hw_mac"] == [src]:
            arp[src].update(a for a in row["arp.src.proto_ipv4"] if not a.startswith("0."))
        if row["dns.flags.response"]:
            named = [host(n) for n, t in zip(row["dns.resp.name"], row["dns.resp.type"]) if t in ("1", "28")] + [host(n) for n in row["dns.srv.target"]]
            if row["dns.flags.response"][0] in ("1", "True"):
                mdns[src].update(n for n in named if n)
    return dhcp, mdns, arp


def faults(path, devices):
    dhcp, mdns, arp = expected(path)
    for mac, device in devices.items():
        said = (device["name_source"], device["name"])
        if mac in dhcp and said != ("dhcp", dhcp[mac]):
            yield f"{mac}: tshark has DHCP {dhcp[mac]!r}, we {said}"
        if mac not in dhcp and mdns.get(mac) and not (said[0] == "mdns" and said[1] in mdns[mac]):
            yield f"{mac}: tshark has mDNS {sorted(mdns[mac])}, we {said}"
        if mac not in dhcp and not mdns.get(mac) and said[0] == "dhcp":
            yield f"{mac}: we have {said}, tshark nothing"
        ours, theirs = set(a for a in device["ips"] if ":" not in a), arp.get(mac, set())
        if len(theirs) == 1 and not theirs <= ours:
            yield f"{mac}: tshark has ARP {sorted(theirs)}, we {sorted(ours)}"
    yield len(dhcp), sum(1 for m in mdns.values() if m), sum(1 for a in arp.values() if a)


def main():
    agent, listing = sys.argv[1:]
    bad, total = 0, [0, 0, 0]
    for path in open(listing, encoding="utf-8").read().splitlines():
        out = subprocess.run([agent, "read", "--summary", "--json", "--model", "none", path], capture_output=True, check=False).stdout
        devices = {d["mac"]: d for d in json.loads(out)["devices"]} if out else {}
        for fault in faults(path, devices):
            if isinstance(fault, tuple):
                total = [a + b for a, b in zip(total, fault)]
                continue
            bad += 1
            print(f"{path}: {fault}")
    print(f"# {total[0]} names by DHCP, {total[1]} by multicast DNS, {total[2]} devices with an address by ARP; {bad} differ")
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())
