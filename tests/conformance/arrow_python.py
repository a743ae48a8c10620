"""Arrow columns through the Python package, with capsules made by hand; run by test_conformance.py with a module of dagbesteding."""
import ctypes
import gc
import struct
import sys

import beding
from beding import _session
from beding._library import ArrowArray, ArrowSchema

LINES = {
    "product": ["groep", "vervoer", "groep"],
    "begindatum": ["2025-03-03"] * 3,
    "einddatum": ["2025-03-14"] * 3,
    "dagtekening": ["2025-03-20"] * 3,
    "volume": ["10", "10", "41"],
    "eenheid": ["dagdeel"] * 3,
    "bedrag": ["412.00", "91.00", "1648.00"],
    "zwaarte": ["licht", None, "licht"],
    "akkoord": [None, "nee", "ja"],
}
RELEASE = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
released = []


@RELEASE
def release_array(address):
    released.append("array")
    ctypes.cast(address, ctypes.POINTER(ArrowArray)).contents.release = None


@RELEASE
def release_schema(address):
    released.append("schema")
    ctypes.cast(address, ctypes.POINTER(ArrowSchema)).contents.release = None


@RELEASE
def release_child(address):
    """Children live as long as the batch; a release that is NULL would say that they are gone."""


class Batch:
    """A record batch of texts: what an Arrow library would give, in plain memory."""

    def __init__(self, lines):
        self.keep = []
        self.rows = len(next(iter(lines.values())))
        children, schemas = [], []
        child = ctypes.cast(release_child, ctypes.c_void_p)
        for name, values in lines.items():
            data = "".join(value or "" for value in values).encode()
            ends = [0]
            for value in values:
                ends.append(ends[-1] + len((value or "").encode()))
            validity = bytes([sum(1 << i for i, value in enumerate(values) if value is not None)])
            buffers = self.pointers([self.hold(validity), self.hold(struct.pack(f"={len(ends)}i", *ends)),
                                     self.hold(data)])
            children.append(ArrowArray(self.rows, -1, 0, 3, 0, buffers, None, None, child, None))
            schemas.append(ArrowSchema(b"u", name.encode(), None, 2, 0, None, None, child, None))
        self.keep += [children, schemas]
        self.array = ArrowArray(self.rows, 0, 0, 1, len(children), self.pointers([None]),
                                self.pointers([ctypes.addressof(child) for child in children]), None,
                                ctypes.cast(release_array, ctypes.c_void_p), None)
        self.schema = ArrowSchema(b"+s", b"", None, 0, len(schemas),
                                  self.pointers([ctypes.addressof(schema) for schema in schemas]), None,
                                  ctypes.cast(release_schema, ctypes.c_void_p), None)

    def hold(self, data):
        buffer = ctypes.create_string_buffer(data, max(8, len(data)))
        self.keep.append(buffer)
        return ctypes.addressof(buffer)

    def pointers(self, addresses):
        array = (ctypes.c_void_p * len(addresses))(*addresses)
        self.keep.append(array)
        return ctypes.addressof(array)

    def __arrow_c_array__(self, requested_schema=None):
        return _session._capsule(self.schema, b"arrow_schema"), _session._capsule(self.array, b"arrow_array")


def children(structure, kind):
    """The structs that a schema or an array points to."""
    pointers = ctypes.cast(structure.children, ctypes.POINTER(ctypes.POINTER(kind)))
    return [pointers[i].contents for i in range(structure.n_children)]


def main():
    module = beding.Module.load(sys.argv[1])
    session = beding.Session(module)
    session.prepare()
    session.prepare()  # once more does nothing
    batch = Batch(LINES)
    decided = session.decide_arrow(batch)
    by_rows = session.decide([dict(zip(LINES, values)) for values in zip(*LINES.values())])
    assert decided.decisions() == by_rows, (decided.decisions(), by_rows)
    gc.collect()
    assert sorted(released) == ["array", "schema"], released

    schema_capsule, array_capsule = decided.__arrow_c_array__()
    schema = ctypes.cast(_session._pointer(schema_capsule, b"arrow_schema"), ctypes.POINTER(ArrowSchema)).contents
    array = ctypes.cast(_session._pointer(array_capsule, b"arrow_array"), ctypes.POINTER(ArrowArray)).contents
    names = [child.name.decode() for child in children(schema, ArrowSchema)]
    assert names == ["besluit", "bedrag_toegekend", "redenen", "regels", "fout"], names
    amount = children(array, ArrowArray)[1]
    values = ctypes.cast(amount.buffers, ctypes.POINTER(ctypes.c_void_p))[1]
    low_words = struct.unpack("=6q", ctypes.string_at(values, 48))[::2]
    assert list(low_words) == [row.cents for row in by_rows], low_words
    del schema, array, amount, schema_capsule, array_capsule
    gc.collect()
    assert not _session._held, "capsules that nobody took are released"

    try:
        session.decide([{**dict(zip(LINES, next(zip(*LINES.values())))), "volume": 1.5}])
    except TypeError as error:
        assert "not exact" in str(error), error
    else:
        raise AssertionError("a float was taken")
    print("ok")


main()
