"""The shared library and its structs, as beding.h and beding_data.h declare them. Private to the package."""
from __future__ import annotations

import ctypes
import ctypes.util
import enum
import os
from ctypes import (POINTER, Structure, byref, c_bool, c_char, c_char_p, c_int, c_int32, c_int64, c_size_t, c_uint8, c_uint32,
                    c_uint64, c_void_p)

NONE = 0xFFFFFFFF
DATE_MIN = -719162  # 0001-01-01


class Status(enum.IntEnum):
    """Why a call failed; bd_status."""

    OK = 0
    NOMEM = 1
    ARGUMENT = 2
    STATE = 3
    SYNTAX = 4
    RANGE = 5
    DIVIDE = 6
    MODULE = 7
    NEWER = 8
    LIMIT = 9
    NAME = 10
    MISSING = 11
    FAULT = 12
    ORDER = 13
    NATIVE = 14
    LEDGER = 15
    SIGNATURE = 16


class Error(Exception):
    """A call that the library refused.

    status  why, as a Status
    offset  what it is about: a row, a byte of the module, a site of the contract; see bd_error
    decided of a refused line: the decisions of the lines before it, which stand
    """

    def __init__(self, status: int, offset: int, message: str) -> None:
        super().__init__(message)
        self.status = Status(status)
        self.offset = offset
        self.decided: list = []


class Text(Structure):
    _fields_ = [("data", c_void_p), ("size", c_size_t)]

    def __str__(self) -> str:
        return ctypes.string_at(self.data, self.size).decode("utf-8") if self.size else ""


class ErrorRecord(Structure):
    _fields_ = [("code", c_int), ("offset", c_uint32), ("message", c_char * 256)]


class ModuleInfo(Structure):
    _fields_ = [("name", Text), ("title", Text), ("version", Text), ("language", Text), ("valid_from", c_int32),
                ("valid_to", c_int32), ("sha256", c_uint8 * 32), ("cost", c_uint64)] + [
                    (name, c_uint32)
                    for name in ("columns", "lists", "choices", "rules", "tables", "programs", "citations", "sites",
                                 "units", "readings", "notes", "counters", "series", "indexations")]


class ColumnInfo(Structure):
    _fields_ = [("name", Text), ("kind", c_int), ("meaning", c_int), ("denominator", c_int64), ("unit", Text),
                ("choice", c_uint32), ("list", c_uint32), ("program", c_uint32), ("optional", c_bool)]


class Citation(Structure):
    _fields_ = [("document", Text), ("place", Text), ("quote", Text)]


class Place(Structure):
    _fields_ = [("file", Text), ("line", c_uint32), ("column", c_uint32)]


class RuleInfo(Structure):
    _fields_ = [("name", Text), ("code", Text), ("reason", Text), ("effect", c_int), ("built_in", c_bool),
                ("citation", Citation), ("place", Place), ("exception_to", c_uint32)]


class SiteInfo(Structure):
    _fields_ = [("code", Text), ("text", Text), ("rule", c_uint32), ("place", Place)]


class ProgramInfo(Structure):
    _fields_ = [("name", Text), ("kind", c_int), ("first_column", c_uint32), ("columns", c_uint32),
                ("outputs", c_uint32), ("citation", Citation)]


class OutputInfo(Structure):
    _fields_ = [("name", Text), ("kind", c_int), ("meaning", c_int), ("unit", Text), ("choice", c_uint32),
                ("optional", c_bool)]


class TableInfo(Structure):
    _fields_ = [("name", Text), ("label", Text), ("is_tariff", c_bool), ("is_extern", c_bool), ("is_optional", c_bool),
                ("is_maximum", c_bool), ("is_internal", c_bool), ("product", c_uint32), ("meaning", c_int),
                ("unit", Text), ("dimensions", c_uint32), ("choice", c_uint32 * 8), ("dimension_name", Text * 8),
                ("versions", c_uint32), ("shown_unit", Text), ("shown_numerator", c_int64),
                ("shown_denominator", c_int64), ("citation", Citation)]


class Value(Structure):
    _fields_ = [("meaning", c_int), ("present", c_bool), ("boolean", c_bool), ("integer", c_int32),
                ("choice", c_uint32), ("text", Text), ("unit", Text)]


class StepRecord(Structure):
    _fields_ = [("kind", c_int), ("instruction", c_uint32), ("rule", c_uint32), ("label", Text), ("value", Value),
                ("place", Place), ("operands", c_uint32 * 3)]


class TraceRecord(Structure):
    _fields_ = [("decision", c_int), ("cents", c_int64), ("fault", c_uint32), ("reasons", POINTER(c_uint64)),
                ("steps", POINTER(StepRecord)), ("step_count", c_size_t)]


class Field(Structure):
    _fields_ = [("name", c_char_p), ("type", c_int), ("offset", c_size_t), ("size", c_size_t), ("denominator", c_int64),
                ("has_presence", c_bool), ("presence", c_size_t)]


class FieldList(Structure):
    _fields_ = [("name", c_char_p), ("records", c_size_t), ("count", c_size_t), ("stride", c_size_t),
                ("fields", POINTER(Field)), ("field_count", c_size_t)]


class RowLayout(Structure):
    _fields_ = [("stride", c_size_t), ("fields", POINTER(Field)), ("field_count", c_size_t),
                ("lists", POINTER(FieldList)), ("list_count", c_size_t)]


class Records(Structure):
    """Where a line of ours points to the records of a list."""

    _fields_ = [("first", c_void_p), ("count", c_uint32)]


class Decisions(Structure):
    _fields_ = [("decision", POINTER(c_uint8)), ("cents", POINTER(c_int64)), ("reasons", POINTER(c_uint64)),
                ("fault", POINTER(c_uint32)), ("settled", POINTER(c_uint8)), ("repeated", POINTER(c_uint8))]


class ArrowSchema(Structure):
    _fields_ = [("format", c_char_p), ("name", c_char_p), ("metadata", c_char_p), ("flags", c_int64),
                ("n_children", c_int64), ("children", c_void_p), ("dictionary", c_void_p), ("release", c_void_p),
                ("private_data", c_void_p)]


class ArrowArray(Structure):
    _fields_ = [("length", c_int64), ("null_count", c_int64), ("offset", c_int64), ("n_buffers", c_int64),
                ("n_children", c_int64), ("buffers", c_void_p), ("children", c_void_p), ("dictionary", c_void_p),
                ("release", c_void_p), ("private_data", c_void_p)]


FIELD_TEXT = 6
PROGRAM_CALL = 2

_FUNCTIONS = {
    # name: (result, arguments)
    "bd_version": (c_char_p, []),
    "bd_status_text": (c_char_p, [c_int]),
    "bd_module_load": (c_int, [c_void_p, c_size_t, c_void_p, POINTER(c_void_p), POINTER(ErrorRecord)]),
    "bd_module_free": (None, [c_void_p]),
    "bd_module_describe": (None, [c_void_p, POINTER(ModuleInfo)]),
    "bd_module_column": (c_int, [c_void_p, c_uint32, POINTER(ColumnInfo)]),
    "bd_module_rule": (c_int, [c_void_p, c_uint32, POINTER(RuleInfo)]),
    "bd_module_site": (c_int, [c_void_p, c_uint32, POINTER(SiteInfo)]),
    "bd_module_program": (c_int, [c_void_p, c_uint32, POINTER(ProgramInfo)]),
    "bd_program_output": (c_int, [c_void_p, c_uint32, c_uint32, POINTER(OutputInfo)]),
    "bd_module_table": (c_int, [c_void_p, c_uint32, POINTER(TableInfo)]),
    "bd_module_reason_words": (c_uint32, [c_void_p]),
    "bd_choice_find": (c_uint32, [c_void_p, c_uint32, Text]),
    "bd_choice_member": (Text, [c_void_p, c_uint32, c_uint32]),
    "bd_settled_name": (Text, [c_int]),
    "bd_session_new": (c_int, [c_void_p, c_void_p, POINTER(c_void_p), POINTER(ErrorRecord)]),
    "bd_session_free": (None, [c_void_p]),
    "bd_session_set_reading": (c_int, [c_void_p, Text, Text, POINTER(ErrorRecord)]),
    "bd_session_table_row": (c_int, [c_void_p, c_uint32, c_int32, POINTER(Text), c_size_t, Text,
                                     POINTER(ErrorRecord)]),
    "bd_session_table_supply": (c_int, [c_void_p, c_uint32, POINTER(ErrorRecord)]),
    "bd_session_bind_standard": (c_int, [c_void_p, POINTER(ErrorRecord)]),
    "bd_session_prepare": (c_int, [c_void_p, POINTER(ErrorRecord)]),
    "bd_session_bind_rows": (c_int, [c_void_p, POINTER(RowLayout), POINTER(ErrorRecord)]),
    "bd_session_decide_rows": (c_int, [c_void_p, c_void_p, c_size_t, POINTER(Decisions), POINTER(ErrorRecord)]),
    "bd_session_trace_row": (c_int, [c_void_p, c_void_p, POINTER(POINTER(TraceRecord)), POINTER(ErrorRecord)]),
    "bd_session_eval": (c_int, [c_void_p, c_uint32, POINTER(Value), POINTER(Value), POINTER(ErrorRecord)]),
    "bd_session_bind_arrow": (c_int, [c_void_p, c_void_p, POINTER(ErrorRecord)]),
    "bd_session_decide_arrow": (c_int, [c_void_p, c_void_p, POINTER(Decisions), POINTER(ErrorRecord)]),
    "bd_session_export": (c_int, [c_void_p, c_size_t, POINTER(Decisions), c_void_p, c_void_p, POINTER(ErrorRecord)]),
}


def _load() -> ctypes.CDLL:
    path = os.environ.get("BEDING_LIBRARY") or "libbeding.so.0"
    library = ctypes.CDLL(path)
    for name, (result, arguments) in _FUNCTIONS.items():
        function = getattr(library, name)
        function.restype = result
        function.argtypes = arguments
    if library.bd_version().split(b".")[:2] != [b"0", b"1"]:
        raise ImportError(f"{path} is version {library.bd_version().decode()}; this package needs 0.1")
    return library


lib = _load()


def version() -> str:
    """The version of the library, "0.1.0"."""
    return lib.bd_version().decode()


def check(call, *arguments) -> None:
    """Calls a function whose last argument is the error, and raises it when the call fails."""
    error = ErrorRecord()
    status = call(*arguments, byref(error))
    if status != Status.OK:
        message = error.message or lib.bd_status_text(status)
        raise Error(status, error.offset, message.decode("utf-8", "replace"))


def text_of(value: str, keep: list) -> Text:
    """A Text over a copy of the string; `keep` holds the copy for as long as the Text is used."""
    data = value.encode("utf-8")
    keep.append(data)
    return Text(ctypes.cast(c_char_p(data), c_void_p), len(data))
