# SPDX-License-Identifier: BSD-2-Clause
"""The household of a soak: bridge br0 with a port for each of 64 devices and one for floods, whose far ends are in another network
namespace. What came in at a port is what the kernel counted there, whoever looks."""
import json
import subprocess
import time

import hooks as kernel
import traffic

DEVICES = traffic.DEVICES
FLOOD = DEVICES  # the number of the port where floods come in
AWAY = "soakdev"
GATEWAY = traffic.ROUTER.hex(":")


def ip(*lines, inside=False):
    kernel.run("ip", *(["-n", AWAY] if inside else []), "-batch", "-", text="\n".join(lines) + "\n")


class Household:
    def __init__(self):
        self.name = {}  # of each port that is there, by number
        self.programs = kernel.Names()
        kernel.run("sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1")
        kernel.run("ip", "netns", "add", AWAY)
        kernel.run("ip", "netns", "exec", AWAY, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1")
        ip("link set lo up", f"link add br0 address {GATEWAY} type bridge mcast_snooping 0", "link set br0 up")
        for i in range(DEVICES + 1):
            self.plug(i)
        kernel.run("bridge", "link", "set", "dev", self.name[FLOOD], "learning", "off")  # a million stations are the bridge's own affair

    def plug(self, i):
        self.name[i] = f"p{i}"
        ip(f"link add p{i} type veth peer name e{i} netns {AWAY}", f"link set p{i} master br0", f"link set p{i} up")
        ip(f"link set e{i} up", inside=True)

    def unplug(self, i):
        ip(f"link del {self.name.pop(i)}")

    def rename(self, i, name):
        ip(f"link set {self.name[i]} name {name}")
        self.name[i] = name

    def counts(self):
        """{port number: (frames that came in, frames that went out)}, as the kernel counted them."""
        links = {link["ifname"]: link["stats64"] for link in kernel.read_json("ip", "-j", "-s", "link", "show", "type", "veth")}
        return {i: (links[name]["rx"]["packets"], links[name]["tx"]["packets"]) for i, name in self.name.items()}

    def hooks_equal_ports(self, none, clsact):
        links = kernel.links()
        wanted = set() if none else {link["ifname"] for link in links if link.get("master") == "br0"}
        found = kernel.hooks(links, self.programs, clsact)
        return wanted if set(found) == wanted and all(f == {"in": 1, "out": 1} for f in found.values()) else None

    def wait_hooks(self, seconds, agent, none=False):
        """Seconds until exactly the bridge's ports have one hook a side and the agent says so (or, after its end, none has any); or None."""
        start, took = time.monotonic(), None
        while time.monotonic() - start < seconds:
            wanted = self.hooks_equal_ports(none, agent.hook == "clsact")
            if wanted is not None:
                took = took or time.monotonic() - start
                if none or {p["in_iface"] for p in agent.status()["ports"]} == wanted:
                    return took
            time.sleep(0.01)
        return None


class Generator:
    """traffic.py in its namespace."""

    def __init__(self, side, seed, rate):
        inside = ["ip", "netns", "exec", AWAY] if side == "device" else []
        self.process = subprocess.Popen([*inside, "python3", traffic.__file__, side, str(seed), "--rate", str(rate)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.tell("open all")

    def tell(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def end(self):
        self.process.stdin.close()
        self.process.wait()
