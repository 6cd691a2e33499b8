# SPDX-License-Identifier: BSD-2-Clause
"""What hangs on the interfaces of this network namespace, as the kernel tells it: tcx by bpf(2), as Debian 12's bpftool cannot, clsact
and XDP by bpftool. And what of a process is left in the kernel."""
import collections
import ctypes
import json
import pathlib
import platform
import re
import struct
import subprocess

PREFIX = "iotbpf_"
BPF_SYSCALL = {"x86_64": 321, "aarch64": 280}.get(platform.machine(), 280)
BPF_PROG_QUERY = 16
TCX = {46: "in", 47: "out"}
KINDS = ("prog", "map", "link")

libc = ctypes.CDLL(None, use_errno=True)


def run(*command, text=None):
    return subprocess.run(command, input=text, check=True, capture_output=True, text=True).stdout


def read_json(*command):
    return json.loads(run(*command) or "[]")


def query(ifindex, attach_type):
    """Identifiers of the programs at one tcx hook; none where the interface or such hooks are missing."""
    ids = (ctypes.c_uint32 * 64)()
    attr = ctypes.create_string_buffer(struct.pack("<IIIIQI", ifindex, attach_type, 0, 0, ctypes.addressof(ids), len(ids)), 128)
    if libc.syscall(BPF_SYSCALL, BPF_PROG_QUERY, attr, 128) < 0:
        return []
    return list(ids[:struct.unpack_from("<I", attr, 24)[0]])


def links():
    """The interfaces, as `ip -j -d link` has them."""
    return read_json("ip", "-j", "-d", "link", "show")


class Names(dict):
    """Names of programs by their number, looked up once."""

    def __missing__(self, number):
        self.update((p["id"], p.get("name", "")) for p in read_json("bpftool", "-j", "prog", "show"))
        return self.setdefault(number, "")


def hooks(interfaces, names=None, clsact=True):
    """{interface: {"in": n, "out": n}}: our programs on each, those without any left out. To look for filters of clsact takes a while."""
    found = collections.defaultdict(lambda: {"in": 0, "out": 0})
    names = names if names is not None else Names()
    for link in interfaces:
        for attach_type, side in TCX.items():
            for number in query(link["ifindex"], attach_type):
                if names[number].startswith(PREFIX):
                    found[link["ifname"]][side] += 1
        if link.get("xdp", {}).get("prog", {}).get("name", "").startswith(PREFIX):
            found[link["ifname"]]["in"] += 1
    for tc in read_json("bpftool", "-j", "net", "show")[0]["tc"] if clsact else []:
        if tc["name"].startswith(PREFIX):
            found[tc["devname"]]["out" if tc["kind"].endswith("egress") else "in"] += 1
    return dict(found)


class Owned:
    """Every program, map and link that a process was seen to hold, to ask at the end what is still there."""

    def __init__(self):
        self.ids = {kind: set() for kind in KINDS}

    def look(self, pid):
        for info in pathlib.Path(f"/proc/{pid}/fdinfo").glob("*"):
            try:
                text = info.read_text()
            except OSError:
                continue
            for kind, number in re.findall(r"^(prog|map|link)_id:\s*(\d+)$", text, re.M):
                self.ids[kind].add(int(number))

    def left(self):
        """What is still in the kernel, as "kind id" words."""
        return [f"{kind} {o['id']}" for kind in KINDS for o in read_json("bpftool", "-j", kind, "show") if o["id"] in self.ids[kind]]


def filters_and_qdiscs(interfaces):
    """Lines of tc that speak of clsact or of us."""
    found = [q for q in run("tc", "qdisc", "show").splitlines() if "clsact" in q or "ingress" in q]
    for link in interfaces:
        for side in ("ingress", "egress"):
            text = subprocess.run(["tc", "filter", "show", "dev", link["ifname"], side], capture_output=True, text=True).stdout
            found += [f"{link['ifname']} {side}: {line}" for line in text.splitlines()]
    return found
