"""Which system calls a sandboxed worker may not make (seccomp), as the program that the kernel runs.

A reader of pages needs none of them, and each has opened a way out of a sandbox before: namespaces and
mounts, other processes' memory, kernel keys, kernel programs, rarely used sockets. The list is that of
systemd's groups @mount, @debug, @keyring, @module, @raw-io, @reboot, @swap and @clock, with namespaces,
io_uring, bpf, userfaultfd and perf.
"""

import errno
from contextlib import suppress
from pathlib import Path

_REFUSED = (
    "mount",
    "umount2",
    "pivot_root",
    "chroot",
    "open_tree",
    "move_mount",
    "fsopen",
    "fsmount",
    "fsconfig",
    "fspick",
    "mount_setattr",
    "unshare",
    "setns",
    "ptrace",
    "process_vm_readv",
    "process_vm_writev",
    "process_madvise",
    "pidfd_getfd",
    "kcmp",
    "add_key",
    "request_key",
    "keyctl",
    "bpf",
    "perf_event_open",
    "userfaultfd",
    "io_uring_setup",
    "io_uring_enter",
    "io_uring_register",
    "kexec_load",
    "kexec_file_load",
    "init_module",
    "finit_module",
    "delete_module",
    "iopl",
    "ioperm",
    "reboot",
    "swapon",
    "swapoff",
    "acct",
    "quotactl",
    "open_by_handle_at",
    "name_to_handle_at",
    "lookup_dcookie",
    "syslog",
    "settimeofday",
    "clock_settime",
    "clock_adjtime",
    "adjtimex",
    "personality",
    "vhangup",
    "nfsservctl",
    "modify_ldt",
    "set_mempolicy",
    "migrate_pages",
    "move_pages",
    "mbind",
)
_NEW_USER_NAMESPACE = 0x10000000
_FAMILIES = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10}
"""Sockets that a worker may have; without a network namespace's devices they lead nowhere."""
_MOST_FAMILY = 45


def write_filter(file: Path) -> bool:
    """Write the program for this machine's kernel into `file`; False where libseccomp is not installed."""
    try:
        import pyseccomp
    except (OSError, RuntimeError):
        return False
    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    refuse = pyseccomp.ERRNO(errno.EPERM)
    for name in _REFUSED:
        with suppress(OSError):  # a call that this kernel does not have
            rules.add_rule(refuse, name)
    namespaces = pyseccomp.Arg(0, pyseccomp.MASKED_EQ, _NEW_USER_NAMESPACE, _NEW_USER_NAMESPACE)
    rules.add_rule(refuse, "clone", namespaces)
    rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")  # its flags cannot be seen; libc then uses clone
    for family in range(_MOST_FAMILY):
        if family not in _FAMILIES.values():
            rules.add_rule(refuse, "socket", pyseccomp.Arg(0, pyseccomp.EQ, family))
    with file.open("wb") as out:
        rules.export_bpf(out)
    return True
