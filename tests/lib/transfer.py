#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""One TCP connection that carries an exact number of bytes.

transfer.py receive PORT            accept one connection and read it to its end; prints the bytes read
transfer.py send HOST PORT BYTES    connect, send, and wait until the other side has closed too; prints the payload bytes
                                    that went out, retransmissions included
"""
import socket
import struct
import sys

BYTES_SENT = 200  # offset of tcpi_bytes_sent in struct tcp_info


def receive(port):
    with socket.create_server(("0.0.0.0", port)) as server:
        connection, _ = server.accept()
        total = 0
        while data := connection.recv(1 << 20):
            total += len(data)
        connection.close()
    print(total)


def send(host, port, count):
    with socket.create_connection((host, port)) as s:
        block = bytes(1 << 20)
        left = count
        while left:
            left -= s.send(block[: min(left, len(block))])
        s.shutdown(socket.SHUT_WR)
        s.recv(1)
        print(struct.unpack_from("Q", s.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256), BYTES_SENT)[0])


if sys.argv[1] == "receive":
    receive(int(sys.argv[2]))
else:
    send(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
