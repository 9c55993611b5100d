#!/usr/bin/env python3
"""A small Ethernet switch in user space, for kernels that cannot lose, delay or repeat packets by themselves.

    netsim.py SEED NAME=ADDRESS/BITS[,DELAY_MS[,JITTER_MS[,LOSS[,REPEAT]]]] ...

Makes a network namespace for each NAME, with that address on eth0, and carries the frames between them: each port adds its
delay and jitter (which changes the order), and loses or repeats a part of what passes. Prints READY; SIGTERM ends it and
removes the namespaces.
"""
import ctypes
import fcntl
import heapq
import os
import random
import select
import signal
import struct
import subprocess
import sys
import time

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000
TUNSETIFF = 0x400454CA
IFF_TAP_NO_PI = 0x0002 | 0x1000
STALL_SECONDS = 0.4  # More than the longest wait for a frame, and less than what clients allow for.


class Port:
    """One host on the switch."""

    def __init__(self, spec):
        self.name, values = spec.split("=")
        self.address, *rest = values.split(",")
        self.delay, self.jitter, self.loss, self.repeat = ([float(it) for it in rest] + [0.0] * 4)[:4]
        self.fd = self.open()

    def open(self):
        run("ip", "netns", "add", self.name)
        home = os.open("/proc/self/ns/net", os.O_RDONLY)
        there = os.open("/run/netns/" + self.name, os.O_RDONLY)
        try:
            enter(there)
            fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
            fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", b"eth0", IFF_TAP_NO_PI))
            enter(home)
        finally:
            os.close(there)
            os.close(home)
        # Not `ip -n`, which needs a root directory that is a mount point: in a chroot it is none.
        inside = ["nsenter", "--net=/run/netns/" + self.name, "ip"]
        run(*inside, "link", "set", "lo", "up")
        run(*inside, "addr", "add", self.address, "dev", "eth0")
        run(*inside, "link", "set", "eth0", "up")
        return fd


def run(*command):
    subprocess.run(command, check=True)


def enter(namespace):
    if LIBC.setns(namespace, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def main():
    chance = random.Random(int(sys.argv[1]))
    ports = []
    ending = []
    signal.signal(signal.SIGTERM, lambda *_: ending.append(True))
    try:
        for spec in sys.argv[2:]:
            ports.append(Port(spec))
        print("READY", flush=True)
        switch(ports, chance, ending)
    finally:
        for port in ports:
            subprocess.run(["ip", "netns", "del", port.name], check=False)


def switch(ports, chance, ending):
    by_fd = {port.fd: port for port in ports}
    learned = {}
    waiting = []
    count = 0
    ran = time.monotonic()
    poll = select.poll()
    for port in ports:
        poll.register(port.fd, select.POLLIN)
    while not ending and os.getppid() != 1:
        pause = 100 if not waiting else max(0, min(100, (waiting[0][0] - time.monotonic()) * 1000))
        ready = poll.poll(pause)
        # On a busy machine this process may wait for its turn. What came meanwhile is lost, as in a queue that is full:
        # no network keeps a frame for long.
        stalled = time.monotonic() - ran > STALL_SECONDS
        for fd, _ in ready:
            for frame in frames(fd):
                if stalled:
                    continue
                source = by_fd[fd]
                learned[frame[6:12]] = source
                known = learned.get(frame[:6])
                for target in [known] if known else [it for it in ports if it is not source]:
                    for due in deliveries(source, target, chance):
                        count += 1
                        heapq.heappush(waiting, (due, count, target.fd, frame))
        now = ran = time.monotonic()
        while waiting and waiting[0][0] <= now:
            due, _, fd, frame = heapq.heappop(waiting)
            if now - due > STALL_SECONDS:
                continue
            try:
                os.write(fd, frame)
            except OSError:
                pass  # Its queue is full: one more that is lost.


def frames(fd):
    for _ in range(64):
        try:
            yield os.read(fd, 65536)
        except BlockingIOError:
            return


def deliveries(source, target, chance):
    """When a frame arrives: never, once, or twice."""
    if chance.random() < source.loss or chance.random() < target.loss:
        return
    delay, jitter = source.delay + target.delay, source.jitter + target.jitter
    for _ in range(2 if chance.random() < target.repeat else 1):
        yield time.monotonic() + (delay + chance.uniform(-jitter, jitter)) / 1000


main()
