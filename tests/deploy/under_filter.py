"""under_filter.py FILTER COMMAND...: runs a command under a seccomp filter, as systemd does for a service.

FILTER is a file of JSON: {"allowed": [names], "known": [names], "families": [numbers]}. A system call that is known and
not allowed kills the process; one that is not even known fails with ENOSYS, as in a kernel without it; so does clone3,
whose flags no filter can see (RestrictNamespaces=). A socket of another address family is refused
(RestrictAddressFamilies=). This is what systemd 252 makes of a unit, with libseccomp, which it uses too.
"""
import ctypes
import errno
import json
import os
import sys

KILL, ALLOW = 0x80000000, 0x7FFF0000


def fails(number):
    return 0x00050000 | number


class Compared(ctypes.Structure):
    """struct scmp_arg_cmp"""

    _fields_ = [("arg", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]


EQUAL = 4
library = ctypes.CDLL("libseccomp.so.2")
library.seccomp_init.restype = ctypes.c_void_p
for name in ("seccomp_rule_add_array", "seccomp_rule_add_exact_array", "seccomp_load", "seccomp_release"):
    getattr(library, name).argtypes = {
        "seccomp_load": [ctypes.c_void_p],
        "seccomp_release": [ctypes.c_void_p],
    }.get(name, [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint, ctypes.c_void_p])


def rule(context, action, name, compared=None):
    number = library.seccomp_syscall_resolve_name(name.encode())
    if number == -1:
        return  # libseccomp does not know it.
    count, pointer = (1, ctypes.byref(compared)) if compared else (0, None)
    done = library.seccomp_rule_add_exact_array(context, action, number, count, pointer)
    if done not in (0, -errno.EDOM):  # EDOM: this architecture does not have it.
        sys.exit(f"{name}: {os.strerror(-done)}")


def load(context):
    done = library.seccomp_load(context)
    if done != 0:
        sys.exit(f"seccomp_load: {os.strerror(-done)}")
    library.seccomp_release(context)


wanted = json.load(open(sys.argv[1]))

# What is allowed unless a rule says otherwise.
around = library.seccomp_init(ALLOW)
rule(around, fails(errno.ENOSYS), "clone3")
for family in range(64):
    if family not in wanted["families"]:
        rule(around, fails(errno.EAFNOSUPPORT), "socket", Compared(0, EQUAL, family, 0))
load(around)

# What is refused unless it is allowed.
calls = library.seccomp_init(fails(errno.ENOSYS))
for call in wanted["allowed"]:
    rule(calls, ALLOW, call)
for call in set(wanted["known"]) - set(wanted["allowed"]):
    rule(calls, KILL, call)
load(calls)

os.execvp(sys.argv[2], sys.argv[2:])
