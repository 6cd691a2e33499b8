#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""One TCP connection that carries an exact number of bytes.

transfer.py receive PORT            accept one connection and read it to its end; prints the bytes read
transfer.py send HOST PORT BYTES    connect, send, and wait until the other side has closed too
"""
import socket
import sys


def receive(port):
    with socket.create_server(("0.0.0.0", port)) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 400_000)  # less than a busy machine's backlog: no retransmissions
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


if sys.argv[1] == "receive":
    receive(int(sys.argv[2]))
else:
    send(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
