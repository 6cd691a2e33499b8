#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""tcx.py PROGRAM IFACE in|out LINK: attach a pinned program by tcx, behind what is there, and pin the link. Status 1 where the kernel has none."""
import ctypes
import socket
import sys

TCX_INGRESS, TCX_EGRESS = 46, 47


def main():
    program, iface, side, link = sys.argv[1:]
    bpf = ctypes.CDLL("libbpf.so.1")
    fd = bpf.bpf_link_create(bpf.bpf_obj_get(program.encode()), socket.if_nametoindex(iface), TCX_INGRESS if side == "in" else TCX_EGRESS, None)
    return 1 if fd < 0 or bpf.bpf_obj_pin(fd, link.encode()) < 0 else 0


if __name__ == "__main__":
    sys.exit(main())
