"""The few calls to the Linux kernel that Python 3.11's library does not offer: namespaces, mounts, rights, filters."""

from __future__ import annotations

import ctypes
import os
import platform
import struct
from functools import cache

NEW_MOUNTS, NEW_CGROUP, NEW_HOSTNAME, NEW_IPC = 0x00020000, 0x02000000, 0x04000000, 0x08000000
NEW_USER, NEW_PIDS, NEW_NETWORK = 0x10000000, 0x20000000, 0x40000000
READ_ONLY, NO_SUID, NO_DEVICES, NO_EXEC = 1, 2, 4, 8

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 1, 4, 36, 38
_PR_SET_SECCOMP, _SECCOMP_FILTER = 22, 2
_PR_CAPBSET_DROP, _PR_CAP_AMBIENT, _CLEAR_ALL = 24, 47, 4


def _call(name: str, *arguments: object) -> None:
    """Call a function of the C library; OSError if it fails."""
    libc = _libc()
    if getattr(libc, name)(*arguments) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")


_loaded: ctypes.CDLL | None = None


def _libc() -> ctypes.CDLL:
    global _loaded
    if _loaded is None:
        _loaded = ctypes.CDLL(None, use_errno=True)
    return _loaded


def unshare(namespaces: int) -> None:
    """Leave namespaces for new ones (those of processes: for children only). Raises OSError."""
    _call("unshare", namespaces)


def enter(descriptor: int, namespace: int) -> None:
    """Enter the namespace that a file of /proc/PID/ns stands for. Raises OSError."""
    _call("setns", descriptor, namespace)


def mount_scratch(folder: str, options: str, flags: int = 0) -> None:
    """Mount an empty file system in memory. Raises OSError."""
    arguments = (b"tmpfs", folder.encode(), b"tmpfs", ctypes.c_ulong(NO_SUID | NO_DEVICES | flags), options.encode())
    _call("mount", *arguments)


def map_user(inside: int, outside: int, group_outside: int) -> None:
    """In a new user namespace: which user and group the process is. Raises OSError."""
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{inside} {outside} 1"),
        ("gid_map", f"{inside} {group_outside} 1"),
    ):
        descriptor = os.open(f"/proc/self/{name}", os.O_WRONLY)
        try:
            os.write(descriptor, text.encode())
        finally:
            os.close(descriptor)


def _prctl(*arguments: int) -> None:
    _call("prctl", *(ctypes.c_ulong(one) for one in (*arguments, *[0] * (5 - len(arguments)))))


def die_with_parent() -> None:
    """Be killed when the parent ends."""
    _prctl(_PR_SET_PDEATHSIG, 9)


def allow_own_files() -> None:
    """After a change of user: let the process read and write its own files in /proc again."""
    _prctl(_PR_SET_DUMPABLE, 1)


def adopt_orphans() -> None:
    """Become the parent of descendants whose parents end."""
    _prctl(_PR_SET_SUBREAPER, 1)


def gain_no_rights() -> None:
    """Never gain rights by running a program."""
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)


def drop_capabilities() -> None:
    """Give up every capability, for this process and all it will start. Raises OSError."""
    number = 0
    while number < 64:
        try:
            _prctl(_PR_CAPBSET_DROP, number)
        except OSError as problem:
            if problem.errno not in (1, 22):
                raise
            break  # EINVAL: the kernel knows no more of them. EPERM: without the right to drop there is none to drop
        number += 1
    _prctl(_PR_CAP_AMBIENT, _CLEAR_ALL)
    header = struct.pack("=Ii", 0x20080522, 0)  # version 3; this process
    _call("capset", header, bytes(24))


# Number of each refused system call on the two machines; -1: the machine has none of this name.
_REFUSED = {
    "x86_64": [
        # ptrace, process_vm_readv, process_vm_writev, kcmp, process_madvise, pidfd_getfd
        101, 310, 311, 312, 440, 438,
        # add_key, request_key, keyctl, bpf, userfaultfd, perf_event_open
        248, 249, 250, 321, 323, 298,
        # mount, umount2, pivot_root, chroot, unshare, setns
        165, 166, 155, 161, 272, 308,
        # open_tree, move_mount, fsopen, fsconfig, fsmount, fspick, mount_setattr, open_tree_attr
        428, 429, 430, 431, 432, 433, 442, 467,
        # memory that no limit of a process counts: memfd_create, memfd_secret, shmget, shmat, semget, msgget, mq_open,
        # vmsplice (a byte in a pipe keeps a page of 2 MB), setsockopt (a socket keeps what its buffer may hold)
        319, 447, 29, 30, 64, 68, 240, 278, 54,
        # io_uring_setup, io_uring_enter, io_uring_register, name_to_handle_at, open_by_handle_at
        425, 426, 427, 303, 304,
        # what there is little of in the whole machine, and what makes all its disks wait: io_setup, sync, syncfs
        206, 162, 306,
        # acct, swapon, swapoff, reboot, init_module, finit_module, delete_module, kexec_load, kexec_file_load
        163, 167, 168, 169, 175, 313, 176, 246, 320,
        # iopl, ioperm, syslog, quotactl, modify_ldt, vhangup, personality
        172, 173, 103, 179, 154, 153, 135,
        # statmount, listmount: they name the instructor's folders behind the mounts
        457, 458,
        # inotify_init, inotify_init1, fanotify_init: few for each user, and the user may be the instructor
        253, 294, 300,
    ],
    "aarch64": [
        117, 270, 271, 272, 440, 438,
        217, 218, 219, 280, 282, 241,
        40, 39, 41, 51, 97, 268,
        428, 429, 430, 431, 432, 433, 442, 467,
        279, 447, 194, 196, 190, 186, 180, 75, 208,
        425, 426, 427, 264, 265,
        0, 81, 267,
        89, 224, 225, 142, 105, 273, 106, 104, 294,
        116, 60, 58, 92,
        457, 458,
        26, 262,
    ],
}  # fmt: skip
# kill, tkill, tgkill, rt_sigqueueinfo, rt_tgsigqueueinfo, pidfd_send_signal
_SIGNALS = {"x86_64": [62, 200, 234, 129, 297, 424], "aarch64": [129, 130, 131, 138, 240, 424]}
_CLONE = {"x86_64": 56, "aarch64": 220}
_CLONE3 = 435
_NEW_SESSION = {"x86_64": 112, "aarch64": 157}
_SOCKET = {"x86_64": 41, "aarch64": 198}
_MAP = {"x86_64": 9, "aarch64": 222}  # mmap; its flags are its fourth argument
_MAP_KINDS, _SHARED_OF_NO_FILE = 0x2F, 0x21  # MAP_TYPE | MAP_ANONYMOUS; MAP_SHARED | MAP_ANONYMOUS
# setrlimit (the limit is its first argument), prlimit64 (its second)
_LIMITS = {"x86_64": ((160, 16), (302, 24)), "aarch64": ((164, 16), (261, 24))}
_CORE = 4  # RLIMIT_CORE
_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_NAMESPACES = 0x7E020000  # every CLONE_NEW… flag that clone takes
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000
_EPERM, _ENOSYS, _EAFNOSUPPORT = 1, 38, 97


def _filter(machine: str, signals: bool) -> bytes:
    """A program for the kernel's system call filter (classic BPF, as in linux/filter.h)."""
    load = lambda offset: (0x20, 0, 0, offset)  # noqa: E731
    equal = lambda value, yes, no: (0x15, yes, no, value)  # noqa: E731
    answer = lambda value: (0x06, 0, 0, value)  # noqa: E731
    program = [load(4), equal(_ARCHITECTURE[machine], 1, 0), answer(_KILL), load(0)]
    if machine == "x86_64":  # the calls of the x32 variant have other numbers
        program += [(0x35, 0, 1, 0x40000000), answer(_KILL)]
    program += [equal(_CLONE3, 0, 1), answer(_ERROR | _ENOSYS)]  # the C library then takes clone, whose flags are seen
    program += [equal(_CLONE[machine], 0, 4), load(16), (0x45, 0, 1, _NAMESPACES), answer(_ERROR | _EPERM)]
    program += [answer(_ALLOW)]
    # as if done: processes of several sessions would have several shares of the processors
    program += [equal(_NEW_SESSION[machine], 0, 1), answer(_ERROR)]
    # sockets of the Unix and internet families only: others (of virtual machines, say) know no namespaces
    program += [equal(_SOCKET[machine], 0, 6), load(16), equal(1, 3, 0), equal(2, 2, 0), equal(10, 1, 0)]
    program += [answer(_ERROR | _EAFNOSUPPORT), answer(_ALLOW)]
    # shared memory without a file stays when no process has it in its own, where it is counted
    program += [equal(_MAP[machine], 0, 5), load(40), (0x54, 0, 0, _MAP_KINDS), equal(_SHARED_OF_NO_FILE, 0, 1)]
    program += [answer(_ERROR | _EPERM), answer(_ALLOW)]
    # the size of core dumps stays as it is set: 0 would have the system's own collector of crashes take them
    for number, place in _LIMITS[machine]:
        program += [equal(number, 0, 4), load(place), equal(_CORE, 0, 1), answer(_ERROR | _EPERM), answer(_ALLOW)]
    for number in _REFUSED[machine] + (_SIGNALS[machine] if signals else []):
        program += [equal(number, 0, 1), answer(_ERROR | _EPERM)]
    program += [answer(_ALLOW)]
    return b"".join(struct.pack("=HBBI", *one) for one in program)


@cache
def system_call_filter(*, signals: bool) -> bytes:
    """The filter's program for this machine; empty if its system calls are not listed here."""
    machine = platform.machine()
    return _filter(machine, signals) if machine in _REFUSED and struct.calcsize("P") == 8 else b""


def refuse_system_calls(*, signals: bool) -> bool:
    """Refuse the system calls that no exercise needs and attacks do; False on a machine without a list of them.

    Args:
        signals: refuse to send signals too, for a process that can see others.

    Raises:
        OSError: if the kernel takes no filter.
    """
    instructions = system_call_filter(signals=signals)
    if not instructions:
        return False
    code = ctypes.create_string_buffer(instructions)
    program = ctypes.create_string_buffer(struct.pack("@HP", len(instructions) // 8, ctypes.addressof(code)))
    gain_no_rights()
    _prctl(_PR_SET_SECCOMP, _SECCOMP_FILTER, ctypes.addressof(program))
    return True
