#!/usr/bin/env python3
"""Reads one live Tickwire ring and prints its ticks, one JSON object a line.

    python3 tickwire_reader.py --ring kucoin.0

The lines are those of `tickwire tail --json`. They go to stdout; what happens to the ring, and the
account, to stderr. Python 3.9 or later on Linux, standard library only. As a module:

    ring = Ring.open("/dev/shm/.../kucoin.0.ring", from_oldest=True)
    while True:
        count = ring.poll()
        if ring.gap_count:
            print("missed", ring.gap_count)
        for at in range(0, count * 64, 64):
            kind = ring.run[at + 28]
            ...
        if count == 0 and not ring.gap_count:
            time.sleep(0.001)

How a ring is read. It is a file in shared memory: one writer, any number of readers, a power of two
of 64-byte slots (the layout is the table at the head of libs/ipc/ring/src/layout.ts). The writer
stores `claimed`, then slots, then `published`; it never waits and knows no reader. A reader

    loads `published` -> copies a run into memory of its own -> loads `claimed`
    -> drops what may be torn as one gap -> hands out the rest

so at any moment, exactly: published - start = delivered + padded + lost + in flight.

What Python promises of such loads. The cursors are doubles on 8 bytes, read through a memoryview
that was cast to 'd'. CPython reads an element of such a view by a copy of constant size, which
compilers make one 8-byte load: it cannot be half of one value and half of another. To be safe where
that is not so, two loads must agree, else they are made again. The slots need no such care: they
may be torn, and whatever may be is dropped. x86-64 makes loads in the order of the program. arm64 does
not: there `_fence` gives back and takes again a lock, whose release and acquire keep the loads
before them before those behind them. That follows from its memory model and was not run there.

The mapping is read-only, so nothing done here can harm the writer or another reader. What cannot be
caught: the owner of a ring file who cuts it short kills its readers by SIGBUS.
"""

from __future__ import annotations

import argparse
import collections
import errno
import fcntl
import functools
import hashlib
import json
import math
import mmap
import os
import platform
import re
import select
import signal
import stat
import struct
import sys
import threading
import time
import zlib
from typing import Callable, Dict, List, Optional, Tuple

LAYOUT_VERSION = 1
PAGE_BYTES = 4096
TICK_BYTES = 64
ENTRY_BYTES = 256
KIND_OFFSET = 28
PAYLOAD_OFFSET = 32
KIND_PAD = 255
KIND_CLOCK = 14
# Ticks in the longest run. Ours has 256; Python takes long for each step, so its steps are longer.
RUN_TICKS_MAX = 1024
# How often one poll starts again because the writer lapped it meanwhile.
LAPS_PER_POLL_MAX = 4
# Four heartbeats: a writer that showed no sign of life for longer is silent, or dead.
SILENT_AFTER_S = 0.2
LOOK_INTERVAL_S = 0.05
LINGER_S_DEFAULT = 2.0
NAP_S_MIN = 0.0005
NAP_S_MAX = 0.005
OUTPUT_CHARS_MAX = 65536
# Unreadable ticks that are named on stderr; the others are only counted.
NOTES_MAX = 10

POSITION_MAX = 2**53 - 1
MANTISSA_MAX = 2**53 - 1
ABSENT = 2**63 - 1
ALL_ONES_64 = 2**64 - 1
ALL_ONES_32 = 2**32 - 1

LIVE, PACED = 1, 2
OPEN, CLOSED, REPLACED = 1, 2, 3

# Cells of 8 bytes and words of 4 in the first two pages.
HEARTBEAT_CELL = 384 // 8
CLAIMED_CELL = PAGE_BYTES // 8
PUBLISHED_CELL = (PAGE_BYTES + 128) // 8
STATE_WORD = 256 // 4
EPOCH_WORD = 260 // 4
DIRECTORY_COUNT_WORD = (PAGE_BYTES + 384) // 4

EXIT_OK, EXIT_FAILED, EXIT_USAGE = 0, 1, 2
EXIT_CODES = {
    "SYSTEM": EXIT_FAILED,
    "USAGE": EXIT_USAGE,
    "BAD_NAME": EXIT_USAGE,
    "NOT_FOUND": 3,
    "NOT_TRUSTED": 4,
    "BAD_CURSORS": 6,
}
# Whatever else is wrong with a file: it is not a ring of this version.
EXIT_NOT_A_RING = 5

STATUS_MEANINGS = {
    "live": "its writer shows signs of life",
    "silent": "its writer shows no sign of life, but holds its lock",
    "dead": "its writer is gone; waiting for the next one",
    "closed": "its writer closed it in order",
    "replaced": "another ring has taken its name",
}


class RingError(Exception):
    """What is wrong with a ring: `code` is the name of it, the text a sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class OutOfRange(Exception):
    """The bytes of a tick hold a number that is none: count it, skip the tick."""


# ---- memory that another process writes ------------------------------------------------------

if platform.machine() in ("x86_64", "AMD64"):

    def _fence() -> None:
        """Nothing: x86-64 makes loads in the order of the program."""

else:
    _fence_lock = threading.Lock()
    _fence_lock.acquire()

    def _fence() -> None:
        """Keeps the loads before it before those behind it, see the head of this file."""
        _fence_lock.release()
        _fence_lock.acquire()


def _is_position(value: float) -> bool:
    return 0.0 <= value <= POSITION_MAX and value.is_integer()


# ---- the directory ---------------------------------------------------------------------------


class Entry:
    """What the directory of a ring says of one instrument. Entries never change."""

    __slots__ = (
        "index", "supersedes", "tick_size", "lot_size", "multiplier_e9", "expiry_sec",
        "asset_class", "text_form", "price_exp", "size_exp", "mark_exp",
        "currency", "vendor", "venue", "symbol", "canonical",
    )  # fmt: skip
    _FIXED = struct.Struct("<IIqqqqBBbbb")

    def __init__(self, data: bytes, index: int) -> None:
        """Raises RingError BAD_ENTRY when the bytes are out of their domain."""
        (
            self.index, self.supersedes, self.tick_size, self.lot_size, self.multiplier_e9,
            self.expiry_sec, self.asset_class, self.text_form, self.price_exp, self.size_exp,
            self.mark_exp,
        ) = self._FIXED.unpack_from(data)  # fmt: skip
        amounts = (self.tick_size, self.lot_size, self.multiplier_e9, self.expiry_sec)
        exponents = (self.price_exp, self.size_exp, self.mark_exp)
        checks = {
            "index": self.index == index,
            "supersedes": self.supersedes == ALL_ONES_32 or self.supersedes < index,
            "an amount": all(abs(one) <= MANTISSA_MAX or one == ABSENT for one in amounts),
            "assetClass": self.asset_class <= 9,
            "textForm": self.text_form <= 2,
            "an exponent": all(abs(one) <= 18 for one in exponents),
        }
        for field, holds in checks.items():
            if not holds:
                raise RingError(
                    "BAD_ENTRY", f"directory entry {index}: {field} is outside its domain"
                )
        self.currency = padded_text(data[48:56], "BAD_ENTRY", "currency")
        self.vendor = padded_text(data[56:72], "BAD_ENTRY", "vendor")
        self.venue = padded_text(data[72:88], "BAD_ENTRY", "venue")
        self.symbol = padded_text(data[88:168], "BAD_ENTRY", "symbol")
        self.canonical = padded_text(data[168:248], "BAD_ENTRY", "canonicalSymbol")


def padded_text(field: bytes, code: str, name: str) -> str:
    """A zero-padded UTF-8 field."""
    text, _, rest = field.partition(b"\0")
    if rest.strip(b"\0"):
        raise RingError(code, f"{name} has bytes after its end")
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        raise RingError(code, f"{name} is not UTF-8") from None


# ---- a ring ----------------------------------------------------------------------------------


class Ring:
    """One ring as one reader has it open."""

    def __init__(self, path: str, fd: int, status: os.stat_result, from_oldest: bool) -> None:
        self.path = path
        self._fd = fd
        self._identity = (status.st_dev, status.st_ino)
        self._bytes = status.st_size
        self._map = mmap.mmap(fd, status.st_size, flags=mmap.MAP_SHARED, prot=mmap.PROT_READ)
        self._view = memoryview(self._map)
        self._entries: Dict[int, Entry] = {}
        # The last run: `run_count` ticks of 64 bytes from position `run_first`.
        self.run = b""
        self.run_first = 0
        self.run_count = 0
        # Ticks lost right before that run, 0 for none; report them before it.
        self.gap_first = 0
        self.gap_last = 0
        self.gap_count = 0
        # The account, in ticks. `cursor` is the next position to be read.
        self.delivered = 0
        self.padded = 0
        self.lost = 0
        try:
            self._read_header()
            self.start = self._choose_start(from_oldest)
        except BaseException:
            self._unmap()
            raise
        self.cursor = self.start

    @classmethod
    def open(cls, path: str, from_oldest: bool = False) -> Ring:
        """Opens and validates the ring at `path`. Raises RingError when it cannot."""
        # O_NONBLOCK: opening a FIFO that somebody put there must not hang.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        try:
            fd = os.open(path, flags)
        except FileNotFoundError:
            raise RingError("NOT_FOUND", f"there is no file {path}") from None
        except OSError as cause:
            if cause.errno == errno.ELOOP:
                raise RingError("NOT_TRUSTED", f"{path} is a link") from None
            raise RingError("SYSTEM", f"cannot open {path}: {cause.strerror}") from None
        try:
            status = os.fstat(fd)
            require_trusted(path, status)
            if status.st_size == 0:
                raise RingError("BAD_SIZE", f"{path} has 0 bytes")
            return cls(path, fd, status, from_oldest)
        except OSError as cause:
            os.close(fd)
            raise RingError("SYSTEM", f"cannot map {path}: {cause.strerror}") from None
        except BaseException:
            os.close(fd)
            raise

    def close(self) -> None:
        self._unmap()
        os.close(self._fd)

    def _unmap(self) -> None:
        for name in ("_cells", "_words", "_slots", "_view"):
            view = self.__dict__.pop(name, None)
            if view is not None:
                view.release()
        self._map.close()

    # The header

    def _read_header(self) -> None:
        """Whatever the bytes are: sections that lie inside the file, or a reason."""
        if self._bytes < 2 * PAGE_BYTES:
            raise RingError("TRUNCATED", f"{self._bytes} bytes, the ring needs {2 * PAGE_BYTES}")
        head = self._view[:PAGE_BYTES].tobytes()
        if head[:8] != b"TICKRING":
            raise RingError("BAD_MAGIC", "not a ring file")
        self._read_geometry(head)
        (self.ring_id, first) = struct.unpack_from("<Qd", head, 56)
        (self.mode, index, count, created_ms) = struct.unpack_from("<IHHd", head, 72)
        (state,) = struct.unpack_from("<I", head, 256)
        self.name = padded_text(head[128:192], "BAD_HEADER", "the name of the ring")
        self.vendor = padded_text(head[192:208], "BAD_HEADER", "the vendor of the ring")
        checks = {
            "the ring id is 0": self.ring_id != 0,
            "the ring has no name": self.name != "",
            "the ring has no vendor": self.vendor != "",
            f"partition {index} of {count}": index < count,
            f"first position {first}": _is_position(first),
            "the time of creation is no number": math.isfinite(created_ms),
            f"mode {self.mode} is unknown": self.mode in (LIVE, PACED),
            f"state {state} is unknown": state in (OPEN, CLOSED, REPLACED),
        }
        for problem, holds in checks.items():
            if not holds:
                raise RingError("BAD_HEADER", problem)
        self.first_position = int(first)
        self._cells = self._view[: 2 * PAGE_BYTES].cast("d")
        self._words = self._view[: 2 * PAGE_BYTES].cast("I")

    def _read_geometry(self, head: bytes) -> None:
        """The sizes decide the places; a file that states others was not written by this layout."""
        (version, probe, slot_bytes, slots, entries, channels) = struct.unpack_from("<6I", head, 8)
        if probe != 0x01020304:
            code = "WRONG_ENDIAN" if probe == 0x04030201 else "BAD_HEADER"
            raise RingError(code, f"byte order probe is {probe:#x}")
        if version != LAYOUT_VERSION:
            raise RingError(
                "BAD_VERSION",
                f"ring layout version {version}, this program knows {LAYOUT_VERSION}",
            )
        ranges = (
            ("slotCount", slots, 8, 2**26),
            ("directoryCapacity", entries, 1, 65536),
            ("resumeCapacity", channels, 1, 65536),
        )
        for field, value, least, most in ranges:
            if not least <= value <= most:
                raise RingError("BAD_GEOMETRY", f"{field} {value} is outside {least} ... {most}")
        if slots & (slots - 1) != 0:
            raise RingError("BAD_GEOMETRY", f"{slots} slots is not a power of two")
        directory = 2 * PAGE_BYTES
        resume = whole_pages(directory + entries * ENTRY_BYTES)
        slots_at = resume + 2 * whole_pages(64 + channels * 32)
        total = slots_at + slots * TICK_BYTES
        stated = struct.unpack_from("<4Id", head, 32)
        sizes = (
            ("slotBytes", slot_bytes, TICK_BYTES),
            ("cursorsOffset", stated[0], PAGE_BYTES),
            ("directoryOffset", stated[1], directory),
            ("resumeOffset", stated[2], resume),
            ("slotsOffset", stated[3], slots_at),
            ("totalBytes", stated[4], total),
        )
        for field, actual, expected in sizes:
            if actual != expected:
                raise RingError(
                    "BAD_GEOMETRY", f"{field} is {actual}, its geometry gives {expected}"
                )
        if self._bytes < total:
            raise RingError("TRUNCATED", f"{self._bytes} bytes, the ring needs {total}")
        self.slot_count = slots
        self.directory_capacity = entries
        self._directory_offset = directory
        self._slots = self._view[slots_at:total]

    def _choose_start(self, from_oldest: bool) -> int:
        """Where a reader that attaches now begins."""
        published = self._position(PUBLISHED_CELL)
        _fence()
        claimed = self._position(CLAIMED_CELL)
        if claimed < published or published < self.first_position:
            raise self._refused_cursors()
        if not from_oldest:
            return published
        if claimed - self.first_position <= self.slot_count:
            return self.first_position
        # The oldest slots of a live ring are gone before they are copied: leave them alone.
        overwriting = self._words[STATE_WORD] == OPEN and self.mode == LIVE
        margin = self.slot_count // 16 if overwriting else 0
        return min(claimed - self.slot_count + margin, published)

    # The cursors

    def _load(self, cell: int) -> float:
        cells = self._cells
        value = cells[cell]
        while True:
            again = cells[cell]
            if again == value or again != again:
                return again
            value = again

    def _position(self, cell: int) -> int:
        value = self._load(cell)
        if not _is_position(value):
            raise self._refused_cursors()
        return int(value)

    def _refused_cursors(self) -> RingError:
        claimed, published = self._load(CLAIMED_CELL), self._load(PUBLISHED_CELL)
        return RingError(
            "BAD_CURSORS",
            f"{self.path} states claimed {claimed:.17g}, published {published:.17g},"
            f" read up to {self.__dict__.get('cursor', 0)}",
        )

    @property
    def published(self) -> int:
        """Positions below this are written."""
        return self._position(PUBLISHED_CELL)

    # Reading

    def poll(self, ticks_max: int = RUN_TICKS_MAX) -> int:
        """Copies the next run into `run` and returns how many ticks it has.

        0 when there is nothing, or only a gap: look at `gap_count` first, always. Raises RingError
        BAD_CURSORS when the writer stored what is no position: close the ring then.
        """
        self.run = b""
        self.run_count = 0
        self.gap_count = 0
        limit = min(ticks_max, RUN_TICKS_MAX, self.slot_count)
        laps = 0
        while laps < LAPS_PER_POLL_MAX:
            cursor = self.cursor
            published = self._position(PUBLISHED_CELL)
            if published < cursor:
                raise self._refused_cursors()
            run = min(published - cursor, limit)
            if run < 1:
                return 0
            _fence()
            data = self._copy(cursor, run)
            _fence()
            claimed = self._position(CLAIMED_CELL)
            # No writer publishes what it has not claimed, and the claim was loaded later.
            if claimed < cursor + run:
                raise self._refused_cursors()
            torn = claimed - self.slot_count - cursor
            if torn >= run:
                # Everything may be torn: go on half a ring behind the writer.
                behind = self._position(PUBLISHED_CELL) - self.slot_count // 2
                self._report_gap(max(behind, cursor + torn))
                laps += 1
                continue
            if torn > 0:
                # Only the front may be torn: the rest is kept.
                self._report_gap(cursor + torn)
                data = data[torn * TICK_BYTES :]
            if self._deliver(data) > 0 or self.gap_count > 0:
                return self.run_count
        return 0

    def _copy(self, position: int, count: int) -> bytes:
        first = position & (self.slot_count - 1)
        end = first + count
        slots = self._slots
        if end <= self.slot_count:
            return slots[first * TICK_BYTES : end * TICK_BYTES].tobytes()
        rest = (end - self.slot_count) * TICK_BYTES
        return slots[first * TICK_BYTES :].tobytes() + slots[:rest].tobytes()

    def _report_gap(self, next_position: int) -> None:
        if self.gap_count == 0:
            self.gap_first = self.cursor
        self.gap_last = next_position - 1
        self.gap_count += next_position - self.cursor
        self.lost += next_position - self.cursor
        self.cursor = next_position

    def _deliver(self, data: bytes) -> int:
        """Skips PADs at the front and hands out up to the next one."""
        kinds = data[KIND_OFFSET::TICK_BYTES]
        pads = len(kinds) - len(kinds.lstrip(b"\xff"))
        end = kinds.find(b"\xff", pads)
        if end < 0:
            end = len(kinds)
        if pads > 0 or end < len(kinds):
            data = data[pads * TICK_BYTES : end * TICK_BYTES]
        self.padded += pads
        self.cursor += pads
        self.run_first = self.cursor
        self.run = data
        self.run_count = end - pads
        self.cursor += self.run_count
        self.delivered += self.run_count
        return self.run_count

    # The directory

    def entry(self, index: int) -> Optional[Entry]:
        """The entry of a dense index, None when there is none. Raises RingError BAD_ENTRY."""
        known = self._entries.get(index)
        if known is not None:
            return known
        # The entry is written before the count, and the count before the first tick that uses it.
        count = self._words[DIRECTORY_COUNT_WORD]
        if count > self.directory_capacity:
            raise RingError("BAD_ENTRY", f"{count} entries, capacity {self.directory_capacity}")
        if index >= count:
            return None
        _fence()
        at = self._directory_offset + index * ENTRY_BYTES
        entry = Entry(self._view[at : at + ENTRY_BYTES].tobytes(), index)
        self._entries[index] = entry
        return entry

    # Its life

    @property
    def epoch(self) -> int:
        """Writers so far: it grows when a new one goes on in the ring of one that died."""
        return self._words[EPOCH_WORD]

    @property
    def state(self) -> int:
        """OPEN, CLOSED or REPLACED; one that this version does not know ends the ring for it."""
        state = self._words[STATE_WORD]
        return state if state in (OPEN, REPLACED) else CLOSED

    @property
    def is_quiet(self) -> bool:
        """Whether there is nothing to read now."""
        return self._load(PUBLISHED_CELL) == self.cursor

    @property
    def is_drained(self) -> bool:
        """Whether everything that will ever come has been read."""
        # The state is stored after the last tick is published: look at the state first.
        if self.state == OPEN:
            return False
        _fence()
        return self.is_quiet

    def _heartbeat_missed(self) -> bool:
        age_s = time.clock_gettime(time.CLOCK_MONOTONIC) - self._load(HEARTBEAT_CELL) / 1e9
        return not age_s <= SILENT_AFTER_S

    def _is_locked(self) -> bool:
        """The lock of the ring decides whether its writer lives, not its heartbeat."""
        wanted = struct.pack("hhqqi", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
        found = fcntl.fcntl(self._fd, getattr(fcntl, "F_OFD_GETLK", 36), wanted)
        return bool(struct.unpack("hhqqi", found)[0] != fcntl.F_UNLCK)

    @property
    def status(self) -> str:
        """`live`, `silent` (it holds its lock), `dead` (nobody does), `closed` or `replaced`."""
        state = self.state
        if state != OPEN:
            return "closed" if state == CLOSED else "replaced"
        if not self._heartbeat_missed():
            return "live"
        return "silent" if self._is_locked() else "dead"

    def successor(self) -> Optional[Ring]:
        """The ring that has the name of this one now, if this one was read to its end.

        To be asked some 20 times a second when there is nothing to read. The successor is read from
        its oldest tick. Raises RingError when it cannot be opened (yet).
        """
        gone = self.is_drained or self._heartbeat_missed()
        if not gone or not self.is_quiet:
            return None
        try:
            now = os.stat(self.path)
        except OSError:
            return None
        if (now.st_dev, now.st_ino) == self._identity:
            return None
        return Ring.open(self.path, from_oldest=True)


def whole_pages(count: int) -> int:
    return (count + PAGE_BYTES - 1) // PAGE_BYTES * PAGE_BYTES


def require_trusted(path: str, file: os.stat_result) -> None:
    """Refuses what somebody less trusted could write, or cut short under us.

    Trusted is a regular file that only its owner can write, whose owner is this user, root, or the
    owner of the folder when the file's group is one of ours and nobody else can write the folder.
    """
    if not stat.S_ISREG(file.st_mode):
        raise RingError("NOT_TRUSTED", f"{path} is not a regular file")
    if file.st_mode & 0o022:
        raise RingError("NOT_TRUSTED", f"{path} can be written by others")
    if file.st_uid in (os.geteuid(), 0):
        return
    folder = os.stat(os.path.dirname(path) or ".")
    own_folder = folder.st_uid == file.st_uid and not folder.st_mode & 0o022
    own_group = os.geteuid() != 0 and file.st_gid in (os.getegid(), *os.getgroups())
    if not (own_folder and own_group):
        raise RingError(
            "NOT_TRUSTED",
            f"{path} belongs to user {file.st_uid}, who is not this user, root or of our group",
        )


# ---- where rings lie -------------------------------------------------------------------------

RING_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}")


def is_ring_name(name: str) -> bool:
    return RING_NAME.fullmatch(name) is not None and not name.endswith(".ring")


def default_ring_dir(data_dir: str) -> str:
    """The ring folder that belongs to a data folder, which need not exist yet."""
    head, missing = os.path.abspath(data_dir), ""
    while not os.path.exists(head):
        head, tail = os.path.split(head)
        missing = os.path.join(tail, missing) if missing else tail
    real = os.path.join(os.path.realpath(head), missing) if missing else os.path.realpath(head)
    digits = hashlib.sha256(os.fsencode(real)).hexdigest()[:8]
    return f"/dev/shm/tickwire-{os.getuid()}-{digits}"


def list_rings(folder: str) -> List[str]:
    try:
        files = os.listdir(folder)
    except OSError:
        return []
    names = (file[: -len(".ring")] for file in files if file.endswith(".ring"))
    return sorted(name for name in names if is_ring_name(name))


# ---- a tick as a line ------------------------------------------------------------------------

KINDS = {
    1: "TRADE", 2: "QUOTE", 3: "QUOTE_EXT", 4: "LEVEL", 5: "ORDER", 6: "CLEAR", 7: "MARK",
    8: "STAT", 9: "STATUS", 10: "IMBALANCE", 11: "BAR_PRICE", 12: "BAR_VOLUME", 13: "STREAM",
    14: "CLOCK", 255: "PAD",
}  # fmt: skip
SIDES = ("none", "bid", "ask")
ACTIONS = ("none", "add", "modify", "delete", "clear", "trade", "fill", "cancel", "correct")
FLAGS = (
    "LAST", "EVENT_END", "SNAPSHOT", "REPLAYED", "GAP_BEFORE", "STALE", "SUSPECT_BOOK", "SAMPLED",
    "BAD_TS", "IMPLIED", "CROSSED", "MORE_CONDITIONS", "SIMULATED",
)  # fmt: skip
STREAM_STATES = (
    "unknown", "live", "recovering", "gap", "stale", "closed", "replayed", "simulated",
)  # fmt: skip
STREAM_REASONS = (
    "none", "started", "connected", "disconnected", "sequence-gap", "snapshot-loaded",
    "heartbeat-missed", "writer-restarted", "wall-clock-step", "stopped", "quiet",
    "subscription-refused", "overflow", "source-ended", "moved-out", "moved-in",
)  # fmt: skip
STREAM_SCOPES = ("instrument", "channel", "ring")
MOVED_OUT, MOVED_IN = 14, 15
TURNOVER_SCALE_MASK = 0x000F

HEADER = struct.Struct("<QQIIHHBBH")
TRADE = struct.Struct("<qqQ4B")
FOUR_AMOUNTS = struct.Struct("<4q")
QUOTE_EXT = struct.Struct("<IIHH")
LEVEL = struct.Struct("<qqIH")
ORDER = struct.Struct("<qqQQ")
CLEAR = struct.Struct("<Q")
MARK = struct.Struct("<qqqQ")
STAT = struct.Struct("<qqQH")
STATUS = struct.Struct("<4B4xqq")
IMBALANCE = struct.Struct("<qqqB")
BAR_VOLUME = struct.Struct("<qqIIHHH")
STREAM = struct.Struct("<QQQ4BI")


def kind_name(kind: int) -> str:
    return KINDS.get(kind, f"UNKNOWN({kind})")


def name_of(names: Tuple[str, ...], value: int) -> str:
    return names[value] if value < len(names) else f"unknown({value})"


def json_text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def decimal_text(mantissa: int, exponent: int) -> str:
    """mantissa x 10^exponent without trailing zeros: 273098 at -1 is 27309.8."""
    if mantissa == 0:
        return "0"
    if exponent >= 0:
        return str(mantissa) + "0" * exponent
    sign = "-" if mantissa < 0 else ""
    digits = str(abs(mantissa)).zfill(1 - exponent)
    whole, fraction = digits[:exponent], digits[exponent:].rstrip("0")
    return f"{sign}{whole}.{fraction}" if fraction else sign + whole


@functools.lru_cache(maxsize=65536)
def amount(name: str, mantissa: int, exponent: Optional[int]) -> str:
    """A price, a size and the like. Absent ones are left out; an unknown scale is not guessed."""
    if mantissa == ABSENT:
        return ""
    if not -MANTISSA_MAX <= mantissa <= MANTISSA_MAX:
        raise OutOfRange(f"{name} is no number that a tick can hold")
    if exponent is None:
        return f',"{name}Mantissa":{mantissa}'
    return f',"{name}":"{decimal_text(mantissa, exponent)}"'


@functools.lru_cache(maxsize=65536)
def marks(side_action: int, flags: int) -> str:
    side, action = side_action & 15, side_action >> 4
    text = f',"side":"{name_of(SIDES, side)}"' if side else ""
    if action:
        text += f',"action":"{name_of(ACTIONS, action)}"'
    names = ",".join(f'"{name}"' for bit, name in enumerate(FLAGS) if flags >> bit & 1)
    return f'{text},"flags":[{names}]'


# Exponents of prices, sizes and marks; None for each when the instrument is not known.
Scales = Tuple[Optional[int], Optional[int], Optional[int]]
NO_SCALES: Scales = (None, None, None)


def trade(data: bytes, at: int, scales: Scales) -> str:
    price, size, trade_id, c0, c1, c2, c3 = TRADE.unpack_from(data, at)
    return (
        f'{amount("price", price, scales[0])}{amount("size", size, scales[1])}'
        f',"tradeId":"{trade_id}","conditions":["{c0}","{c1}","{c2}","{c3}"]'
    )


def quote(data: bytes, at: int, scales: Scales) -> str:
    bid_price, ask_price, bid_size, ask_size = FOUR_AMOUNTS.unpack_from(data, at)
    return (
        amount("bidPrice", bid_price, scales[0])
        + amount("askPrice", ask_price, scales[0])
        + amount("bidSize", bid_size, scales[1])
        + amount("askSize", ask_size, scales[1])
    )


def quote_ext(data: bytes, at: int, _scales: Scales) -> str:
    bid_orders, ask_orders, bid_publisher, ask_publisher = QUOTE_EXT.unpack_from(data, at)
    return (
        f',"bidOrders":{bid_orders},"askOrders":{ask_orders}'
        f',"bidPublisher":{bid_publisher},"askPublisher":{ask_publisher}'
    )


def level(data: bytes, at: int, scales: Scales) -> str:
    price, size, order_count, place = LEVEL.unpack_from(data, at)
    return (
        f'{amount("price", price, scales[0])}{amount("size", size, scales[1])}'
        f',"orderCount":{order_count},"level":{place}'
    )


def order(data: bytes, at: int, scales: Scales) -> str:
    price, size, order_id, priority = ORDER.unpack_from(data, at)
    return (
        f'{amount("price", price, scales[0])}{amount("size", size, scales[1])}'
        f',"orderId":"{order_id}","priority":"{priority}"'
    )


def clear(data: bytes, at: int, _scales: Scales) -> str:
    return f',"fullSequence":"{CLEAR.unpack_from(data, at)[0]}"'


def mark(data: bytes, at: int, scales: Scales) -> str:
    mark_price, index_price, funding_rate, next_funding_ts = MARK.unpack_from(data, at)
    return (
        amount("markPrice", mark_price, scales[2])
        + amount("indexPrice", index_price, scales[2])
        + amount("fundingRate", funding_rate, -12)
        + f',"nextFundingTs":"{next_funding_ts}"'
    )


def statistic(data: bytes, at: int, scales: Scales) -> str:
    value, quantity, reference_ts, code = STAT.unpack_from(data, at)
    return (
        f'{amount("value", value, scales[0])}{amount("quantity", quantity, scales[1])}'
        f',"referenceTs":"{reference_ts}","statistic":{code}'
    )


def status(data: bytes, at: int, scales: Scales) -> str:
    state, reason, session, halt_resume, low, high = STATUS.unpack_from(data, at)
    return (
        f',"tradingState":{state},"statusReason":{reason}'
        f',"session":{session},"haltResume":{halt_resume}'
        f'{amount("limitLow", low, scales[0])}{amount("limitHigh", high, scales[0])}'
    )


def imbalance(data: bytes, at: int, scales: Scales) -> str:
    reference_price, paired, amount_left, auction_type = IMBALANCE.unpack_from(data, at)
    return (
        amount("referencePrice", reference_price, scales[0])
        + amount("paired", paired, scales[1])
        + amount("imbalance", amount_left, scales[1])
        + f',"auctionType":{auction_type}'
    )


def bar_price(data: bytes, at: int, scales: Scales) -> str:
    names = ("open", "high", "low", "close")
    values = FOUR_AMOUNTS.unpack_from(data, at)
    return "".join(amount(name, value, scales[0]) for name, value in zip(names, values))


def bar_volume(data: bytes, at: int, scales: Scales) -> str:
    volume, turnover, trades, interval_ms, coverage, revision, flags = BAR_VOLUME.unpack_from(
        data, at
    )
    price_exp, size_exp, _ = scales
    turnover_exp = (
        None
        if price_exp is None or size_exp is None
        else price_exp + size_exp + (flags & TURNOVER_SCALE_MASK)
    )
    return (
        f'{amount("volume", volume, size_exp)}{amount("turnover", turnover, turnover_exp)}'
        f',"trades":{trades},"intervalMs":{interval_ms},"coverage":{decimal_text(coverage, -4)}'
        f',"revision":{revision},"barFlags":{flags}'
    )


def stream(data: bytes, at: int, _scales: Scales) -> str:
    first, count, from_ts, state, before, reason, scope, ledger_id = STREAM.unpack_from(data, at)
    if reason in (MOVED_OUT, MOVED_IN):
        # A symbol that moves between rings: where the other tick of the move is.
        text = f',"otherRingId":"{count:016x}","otherPosition":"{first}"'
    else:
        missing = "unknown" if count == ALL_ONES_64 else count
        text = f',"firstMissing":"{first}","missingCount":"{missing}"'
    if from_ts != ALL_ONES_64:
        text += f',"fromTs":"{from_ts}"'
    return (
        f'{text},"state":"{name_of(STREAM_STATES, state)}"'
        f',"previousState":"{name_of(STREAM_STATES, before)}"'
        f',"reason":"{name_of(STREAM_REASONS, reason)}"'
        f',"scope":"{name_of(STREAM_SCOPES, scope)}","ledgerId":{ledger_id}'
    )


def nothing(_data: bytes, _at: int, _scales: Scales) -> str:
    """CLOCK has no payload, and of an unknown kind none is known."""
    return ""


PAYLOADS: Dict[int, Callable[[bytes, int, Scales], str]] = {
    1: trade, 2: quote, 3: quote_ext, 4: level, 5: order, 6: clear, 7: mark, 8: statistic,
    9: status, 10: imbalance, 11: bar_price, 12: bar_volume, 13: stream,
}  # fmt: skip


class TickLines:
    """Makes the lines of one ring's ticks; keeps what is the same in many of them."""

    def __init__(self, ring: Ring, ring_name: str) -> None:
        self._ring = ring
        self._middle = f',"ring":{json_text(ring_name)},"position":'
        self._end = f',"ringId":"{ring.ring_id:016x}"}}\n'
        self._heads: Dict[Tuple[int, int], Tuple[str, Scales]] = {}

    def line(self, at: int, position: int) -> str:
        """The tick at byte `at` of the run. Raises OutOfRange, and RingError BAD_ENTRY."""
        data = self._ring.run
        (
            ts_event, ts_recv, instrument, sequence, delta, publisher, kind, side_action, flags,
        ) = HEADER.unpack_from(data, at)  # fmt: skip
        known = self._heads.get((kind, instrument))
        head, scales = known if known is not None else self._head(kind, instrument)
        event = "" if ts_event == ALL_ONES_64 else f',"tsEvent":"{ts_event}"'
        payload = PAYLOADS.get(kind, nothing)(data, at + PAYLOAD_OFFSET, scales)
        return (
            f'{head}{event},"tsRecv":"{ts_recv}","sequence":{sequence}'
            f',"publishDeltaNs":{(delta >> 4) << (delta & 15)},"publisher":{publisher}'
            f"{marks(side_action, flags)}{payload}{self._middle}{position}{self._end}"
        )

    def _head(self, kind: int, instrument: int) -> Tuple[str, Scales]:
        entry = self._ring.entry(instrument)
        text = f'{{"kind":"{kind_name(kind)}"'
        if entry is not None:
            text += (
                f',"vendor":{json_text(entry.vendor)},"venue":{json_text(entry.venue)}'
                f',"symbol":{json_text(entry.symbol)}'
            )
        shown = '"all"' if instrument == ALL_ONES_32 else instrument
        text += f',"instrument":{shown}'
        if entry is None:
            return text, NO_SCALES  # not kept: the entry may come
        found: Tuple[str, Scales] = (text, (entry.price_exp, entry.size_exp, entry.mark_exp))
        self._heads[(kind, instrument)] = found
        return found


# ---- the program -----------------------------------------------------------------------------


class Tally:
    """What was read of one ring besides its account."""

    def __init__(self) -> None:
        self.gaps = 0
        # Ticks with an impossible value, or of an instrument that cannot be read.
        self.unreadable = 0
        self.kinds: collections.Counter[int] = collections.Counter()
        self.crc = 0


class Stop:
    """Whether somebody asked for the end."""

    requested = False

    def request(self, *_: object) -> None:
        self.requested = True


class Reader:
    """Reads a ring, and those that take its name, until told to stop."""

    def __init__(self, options: argparse.Namespace, name: str, stop: Stop) -> None:
        self._options = options
        self._stop = stop
        self._name = name
        self._path = os.path.join(options.dir, f"{name}.ring")
        self._symbols = frozenset(symbol.upper() for symbol in options.symbol)
        self._output: List[str] = []
        self._printed = 0
        self._noted = 0
        self._looked_at_s = 0.0
        self._begin(Ring.open(self._path, from_oldest=options.start == "oldest"))

    def run(self) -> None:
        """Until stopped, the count, or the end of the ring. Raises RingError BAD_CURSORS."""
        nap_s = NAP_S_MIN
        try:
            while not self._stop.requested and not self._has_enough():
                count = self._ring.poll(self._run_limit())
                if self._ring.epoch != self._epoch:
                    self._note_epoch()
                if count > 0 or self._ring.gap_count > 0:
                    self._take_run()
                    nap_s = NAP_S_MIN
                    continue
                if not self._look_around():
                    break
                # Short sleeps, not the bell: Python cannot sleep on a word of a read-only mapping
                # without calls into the C library by number and address, and it takes longer for a
                # thousand ticks than it sleeps here.
                time.sleep(nap_s)
                nap_s = min(nap_s * 2, NAP_S_MAX)
        finally:
            self._tell_account()
            self._ring.close()

    # Reading

    def _take_run(self) -> None:
        ring = self._ring
        if ring.gap_count > 0:
            self._tally.gaps += 1
            self._output.append(
                f'{{"kind":"LOST","ring":{json_text(self._name)},"first":{ring.gap_first}'
                f',"last":{ring.gap_last},"count":{ring.gap_count}}}\n'
            )
        if self._options.summary:
            self._tally.crc = zlib.crc32(ring.run, self._tally.crc)
            self._tally.kinds.update(ring.run[KIND_OFFSET::TICK_BYTES])
            self._printed += ring.run_count
        else:
            self._print_run()
        self._flush()

    def _print_run(self) -> None:
        ring, line = self._ring, self._lines.line
        filters = bool(self._symbols or self._options.kind)
        output = self._output
        first = ring.run_first
        for at in range(0, ring.run_count * TICK_BYTES, TICK_BYTES):
            kind = ring.run[at + KIND_OFFSET]
            position = first + at // TICK_BYTES
            try:
                if filters:
                    if not self._is_wanted(at, kind):
                        continue
                elif kind == KIND_CLOCK:
                    ring.entry(struct.unpack_from("<I", ring.run, at + 16)[0])
                    continue
                output.append(line(at, position))
            except OutOfRange as problem:
                self._note_unreadable(position, f"OUT_OF_RANGE: {problem}")
            except RingError as problem:
                self._note_unreadable(position, str(problem))
            else:
                self._printed += 1
                if self._has_enough():
                    return

    def _is_wanted(self, at: int, kind: int) -> bool:
        kinds = self._options.kind
        (instrument,) = struct.unpack_from("<I", self._ring.run, at + 16)
        entry = self._ring.entry(instrument)
        if kind not in kinds if kinds else kind == KIND_CLOCK:
            return False
        if not self._symbols:
            return True
        return entry is not None and entry.symbol.upper() in self._symbols

    def _note_unreadable(self, position: int, why: str) -> None:
        self._tally.unreadable += 1
        self._noted += 1
        if self._noted <= NOTES_MAX:
            say(f"unreadable: position {position}: {why}")

    def _has_enough(self) -> bool:
        return 0 < self._options.count <= self._printed

    def _run_limit(self) -> int:
        """Ticks that the next poll may take: not more than are still to be printed."""
        if self._options.count == 0:
            return RUN_TICKS_MAX
        return min(RUN_TICKS_MAX, self._options.count - self._printed)

    def _flush(self) -> None:
        """Whoever reads our lines slowly makes us lapped, and the next gap says so."""
        if not self._output:
            return
        left = memoryview("".join(self._output).encode())
        self._output.clear()
        while left:
            try:
                left = left[os.write(1, left) :]
            except BlockingIOError:
                select.select([], [1], [], 0.1)
            except BrokenPipeError:
                self._stop.request()  # had enough, as `| head` does: no error
                return

    # The ring's life

    def _begin(self, ring: Ring) -> None:
        self._ring = ring
        self._lines = TickLines(ring, self._name)
        self._tally = Tally()
        self._epoch = ring.epoch
        self._status = "live"
        self._refused = ""
        self._ended_at_s: Optional[float] = None
        say(
            f"ring {self._name}: id {ring.ring_id:016x}, epoch {ring.epoch}, "
            f"{ring.slot_count} slots, from position {ring.start}"
        )

    def _note_epoch(self) -> None:
        self._epoch = self._ring.epoch
        say(f"ring {self._name}: a new writer goes on in it, epoch {self._epoch}")

    def _look_around(self) -> bool:
        """There was nothing to read. Returns whether there may ever be."""
        now_s = time.monotonic()
        if now_s - self._looked_at_s < LOOK_INTERVAL_S:
            return True
        self._looked_at_s = now_s
        found = self._ring.status
        if found != self._status:
            self._status = found
            say(f"ring {self._name} is {found}: {STATUS_MEANINGS[found]}")
        self._move_on()
        if self._ring.state != CLOSED or not self._ring.is_drained:
            self._ended_at_s = None
            return True
        if self._ended_at_s is None:
            self._ended_at_s = now_s
        return bool(now_s - self._ended_at_s < self._options.linger)

    def _move_on(self) -> None:
        """Goes over to the successor of a ring that was read to its end, if there is one."""
        try:
            following = self._ring.successor()
        except RingError as problem:
            if problem.code != self._refused:
                self._refused = problem.code
                say(
                    f"the successor of ring {self._name} cannot be read yet: "
                    f"{problem.code}: {problem}"
                )
            return
        if following is None:
            return
        self._tell_account()
        self._ring.close()
        self._begin(following)

    def _tell_account(self) -> None:
        """published - start = delivered + padded + lost + inFlight."""
        ring = self._ring
        try:
            published = ring.published
        except RingError:
            published = ring.cursor
        account: Dict[str, object] = {
            "ring": self._name,
            "ringId": f"{ring.ring_id:016x}",
            "epoch": ring.epoch,
            "start": ring.start,
            "published": published,
            "cursor": ring.cursor,
            "delivered": ring.delivered,
            "padded": ring.padded,
            "lost": ring.lost,
            "inFlight": published - ring.cursor,
            "gaps": self._tally.gaps,
            "unreadable": self._tally.unreadable,
        }
        say(f"account {compact(account)}")
        if self._options.summary:
            kinds = sorted(self._tally.kinds.items())
            account["kinds"] = {kind_name(kind): count for kind, count in kinds}
            account["crc32"] = f"{self._tally.crc:08x}"
            self._output.append(f"{compact(account)}\n")
        self._flush()


def compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def say(line: str) -> None:
    try:
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()
    except OSError:
        pass  # nobody listens


# ---- options ---------------------------------------------------------------------------------


def names(text: str) -> List[str]:
    found = [item.strip() for item in text.split(",") if item.strip()]
    if not found:
        raise argparse.ArgumentTypeError("wants names separated by commas")
    return found


def kinds(text: str) -> List[int]:
    known = {name: kind for kind, name in KINDS.items()}
    wanted = [name.upper().replace("-", "_") for name in names(text)]
    for name in wanted:
        if name not in known:
            raise argparse.ArgumentTypeError(f"there is no tick kind {name}")
    return [known[name] for name in wanted]


def whole_number(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,18}", text) or int(text) < 1:
        raise argparse.ArgumentTypeError("wants a whole number from 1 on")
    return int(text)


def linger(text: str) -> float:
    if text == "forever":
        return math.inf
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0 <= seconds <= 2678400:
        raise argparse.ArgumentTypeError("wants seconds, or forever")
    return seconds


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tickwire_reader.py",
        description="Prints the ticks of a live ring as they come, one JSON object a line, as "
        "`tickwire tail --json` does.",
        epilog="Exit codes: 0 ended in order, 1 failed, 2 usage, 3 no such ring, 4 not trusted, "
        "5 not a ring of this version, 6 the ring is damaged.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--ring", metavar="NAME", help="the ring, such as kucoin.0 or bars.0; may be left out "
        "when there is only one in the folder")  # fmt: skip
    add("--dir", "--ring-dir", metavar="FOLDER", help="folder of the rings; else "
        "TICKWIRE_RING_DIR, else the one of the data folder")  # fmt: skip
    add("--data-dir", metavar="FOLDER", help="data folder of the system (default: .tickwire)")
    add("--from", dest="start", choices=("latest", "oldest"), default="latest",
        help="latest (default): what comes from now on; oldest: first what the ring still "
        "holds")  # fmt: skip
    add("--count", metavar="N", type=whole_number, default=0, help="stop after N printed ticks")
    add("--symbol", metavar="SYMBOLS", type=names, action="append", default=[],
        help="only these symbols; repeat it or use commas")  # fmt: skip
    add("--kind", metavar="KINDS", type=kinds, action="append", default=[],
        help="only these kinds of ticks; CLOCK is shown only when asked for")  # fmt: skip
    add("--summary", action="store_true",
        help="print no ticks: count them by kind, with a CRC-32 of their bytes")  # fmt: skip
    add("--linger", metavar="SECONDS", type=linger, default=LINGER_S_DEFAULT,
        help="wait so long for the successor of a ring that was closed, and end when none comes "
        "(default: 2; 0: do not wait; forever)")  # fmt: skip
    options = parser.parse_args()
    options.symbol = [item for items in options.symbol for item in items]
    options.kind = frozenset(item for items in options.kind for item in items)
    if options.dir is None:
        from_environment = os.environ.get("TICKWIRE_RING_DIR") or None
        options.dir = from_environment if options.data_dir is None else None
        options.dir = options.dir or default_ring_dir(options.data_dir or ".tickwire")
    return options


def choose_ring(options: argparse.Namespace) -> str:
    """The ring that was asked for, or the only one that there is."""
    if options.ring is not None:
        if not is_ring_name(options.ring):
            raise RingError("BAD_NAME", f"{options.ring} cannot be the name of a ring")
        return str(options.ring)
    found = list_rings(options.dir)
    if len(found) == 1:
        return found[0]
    if not found:
        raise RingError(
            "NOT_FOUND", f"there is no ring in {options.dir}; start its gateway first"
        )
    raise RingError(
        "USAGE", f"there are several rings, choose one with --ring: {' '.join(found)}"
    )


def main() -> int:
    if sys.byteorder != "little":
        say("SYSTEM: rings need a little-endian machine")
        return EXIT_FAILED
    options = read_options()
    stop = Stop()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop.request)
    name = ""
    try:
        name = choose_ring(options)
        Reader(options, name, stop).run()
    except RingError as problem:
        if problem.code == "NOT_FOUND" and name:
            say(f"NOT_FOUND: there is no ring {name} in {options.dir}; start its gateway first")
        else:
            say(f"{problem.code}: {f'ring {name}: ' if name else ''}{problem}")
        return EXIT_CODES.get(problem.code, EXIT_NOT_A_RING)
    except OSError as problem:
        say(f"SYSTEM: {problem}")
        return EXIT_FAILED
    return EXIT_OK


if __name__ == "__main__":
    sys.exit(main())
