"""Takes system calls away from this process for good, by a filter in the kernel: no sockets, no opening, naming or
removing of files, no new processes, no touching of others, no lifting of limits. What is denied fails with EPERM.

Standard library only, and run by path from `qc/audio/decoder.py`, which has nothing else of ours. Linux on x86-64 and
64-bit ARM; ``no_new_privs`` must be set before.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct

_PR_SET_SECCOMP, _MODE_FILTER = 22, 2
_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # linux/bpf_common.h
_NUMBER, _ARCHITECTURE = 0, 4  # offsets in struct seccomp_data
_ALLOW, _DENY, _KILL = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x80000000
_X32 = 0x40000000  # the other ABI of an x86-64 kernel has numbers of its own

_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # linux/audit.h
_NUMBERS: dict[str, tuple[int, ...]] = {
    # Numbers as in asm/unistd_64.h and asm-generic/unistd.h
    "x86_64": (
        *(41, 42, 43, 44, 46, 49, 50, 53, 288, 307),  # socket connect accept sendto sendmsg bind listen socketpair ...
        *(2, 85, 257, 304, 437),  # open creat openat open_by_handle_at openat2
        *(56, 57, 58, 59, 322, 435),  # clone fork vfork execve execveat clone3
        *(62, 101, 200, 234, 310, 311, 424, 434, 438),  # kill ptrace tkill tgkill process_vm_* pidfd_*
        *(76, 82, 83, 84, 86, 87, 88, 133, 258, 259, 263, 264, 265, 266, 316),  # truncate rename mkdir link unlink ...
        *(90, 92, 94, 260, 268),  # chmod chown lchown fchownat fchmodat
        *(165, 272, 308, 298, 319, 321, 323, 425),  # mount unshare setns perf_event memfd bpf userfaultfd io_uring
        *(160, 302),  # setrlimit prlimit64: root could lift its limits again
    ),
    "aarch64": (
        *(198, 199, 200, 201, 202, 203, 206, 211, 242, 269),
        *(56, 265, 437),
        *(220, 221, 281, 435),
        *(117, 129, 130, 131, 270, 271, 424, 434, 438),
        *(33, 34, 35, 36, 37, 38, 45, 276),
        *(53, 54),
        *(40, 97, 241, 268, 279, 280, 282, 425),
        *(164, 261),
    ),
}


class _Program(ctypes.Structure):
    """struct sock_fprog"""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def deny() -> bool:
    """Deny what a decoder never needs; False where the kernel or the processor has no such filter."""
    machine = platform.machine()
    if machine not in _ARCHITECTURES:
        return False
    code = _program(_ARCHITECTURES[machine], _NUMBERS[machine])
    program = _Program(len(code) // 8, code)
    return bool(ctypes.CDLL(None).prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program), 0, 0) == 0)


def _program(architecture: int, numbers: tuple[int, ...]) -> bytes:
    """Classic BPF: the wrong architecture ends the process, a number of the list or of x32 is denied, the rest goes."""
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_JUMP_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_JUMP_AT_LEAST, len(numbers) + 1, 0, _X32),
        *((_JUMP_EQUAL, len(numbers) - at, 0, number) for at, number in enumerate(numbers)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _DENY),
    ]
    return b"".join(struct.pack("<HBBI", *step) for step in steps)
