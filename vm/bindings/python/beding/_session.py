"""Sessions: one thread's evaluation over a module."""
from __future__ import annotations

import ctypes
import datetime
import re
from ctypes import POINTER, byref, c_int64, c_size_t, c_uint8, c_uint32, c_uint64, sizeof
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Iterable, Mapping, Optional, Sequence, Union

from ._library import (DATE_MIN, FIELD_TEXT, NONE, ArrowArray, ArrowSchema, Decisions, Error, Field, FieldList, Records, RowLayout,
                       Status, Text, TraceRecord, Value, check, lib, text_of)
from ._module import Callable, Column, Module, date_of, day_of

NAMES = ("goedgekeurd", "afgekeurd", "aangehouden", "vastgelopen")
STEPS = ("", "input", "value", "lookup", "rounding", "condition", "rule", "output", "fault")
_NUMBERS = ("number", "money", "quantity", "rate")


@dataclass(frozen=True)
class Decision:
    """What was decided of one line.

    decision  goedgekeurd, afgekeurd, aangehouden or vastgelopen (the contract gives no answer: a person must look)
    cents     granted; 0 unless approved
    rules     the names of the deciding rules, in contract order
    fault     of a line that is vastgelopen: why
    settled   what settled the line before the rules could ("dubbel"); mostly empty
    """

    decision: str
    cents: int
    rules: tuple[str, ...]
    fault: str
    settled: str = ""

    @property
    def amount(self) -> Decimal:
        """The amount granted, in euros."""
        return Decimal(self.cents).scaleb(-2)


@dataclass(frozen=True)
class Step:
    """One step of a trace: `operands` are indexes of earlier steps; `rule` is empty for what rules share."""

    kind: str
    label: str
    value: Any
    unit: str
    rule: str
    file: str
    line: int
    operands: tuple[int, ...]


def as_text(value: Any) -> str:
    """A value as a data file has it. Floats are refused: they hold no exact cents."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, datetime.datetime) or isinstance(value, float):
        raise TypeError(f"{value!r}: {type(value).__name__} is not exact here; give a date, a Decimal or a text")
    if isinstance(value, (int, datetime.date)):
        return str(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    raise TypeError(f"{value!r}: a line has texts, dates, booleans, integers and Decimals")


class _Results:
    """The arrays that a batch is decided into."""

    def __init__(self, module: Module, rows: int) -> None:
        self.words = module.reason_words
        self.decision = (c_uint8 * rows)()
        self.cents = (c_int64 * rows)()
        self.reasons = (c_uint64 * (rows * self.words))()
        self.fault = (c_uint32 * rows)()
        self.settled = (c_uint8 * rows)()
        self.record = Decisions(self.decision, self.cents, self.reasons, self.fault, self.settled, None)

    def decisions(self, module: Module, rows: int) -> list[Decision]:
        out = []
        for row in range(rows):
            bits = 0
            for word in range(self.words):
                bits |= self.reasons[row * self.words + word] << 64 * word
            rules = tuple(rule.name for index, rule in enumerate(module.rules) if bits >> index & 1)
            out.append(Decision(NAMES[self.decision[row]], self.cents[row], rules, module.fault(self.fault[row]),
                                str(lib.bd_settled_name(self.settled[row]))))
        return out


class Session:
    """Supply what is extern, prepare, then decide, evaluate and trace in any order. One thread at a time."""

    def __init__(self, module: Module) -> None:
        self.module = module  # a session may not outlive its module
        self.handle = ctypes.c_void_p()
        self._bound: Optional[tuple] = None
        check(lib.bd_session_new, module.handle, None, byref(self.handle))
        check(lib.bd_session_bind_standard, self.handle)  # what the standard library needs of C

    def __del__(self) -> None:
        if getattr(self, "handle", None):
            lib.bd_session_free(self.handle)
            self.handle = None

    def set_reading(self, name: str, alternative: str) -> None:
        """Reads an open question otherwise than the file does; before prepare."""
        keep: list = []
        check(lib.bd_session_set_reading, self.handle, text_of(name, keep), text_of(alternative, keep))

    def table_row(self, table: str, keys: Sequence[Any], value: Any,
                  valid_from: Union[str, datetime.date, None] = None) -> None:
        """One row of an extern table, from a date or always; before prepare."""
        keep: list = []
        texts = (Text * len(keys))(*[text_of(as_text(key), keep) for key in keys])
        check(lib.bd_session_table_row, self.handle, self.module.extern_table(table),
              DATE_MIN if valid_from is None else day_of(valid_from), texts, len(keys),
              text_of(as_text(value), keep))

    def prepare(self) -> None:
        """Checks that nothing is missing and readies the session; once more does nothing."""
        check(lib.bd_session_prepare, self.handle)

    # ---- Lines ----

    def _bind(self, columns: tuple[str, ...], lists: tuple[tuple[str, tuple[str, ...]], ...]) -> None:
        """Tells the library what our lines look like: a text per column, then per list where its records are."""
        if self._bound == (columns, lists):
            return
        keep: list = []

        def fields(names: Sequence[str]) -> Any:
            return (Field * len(names))(*[Field(name.encode(), FIELD_TEXT, i * sizeof(Text), 0, 0, False, 0)
                                          for i, name in enumerate(names)])

        own = fields(columns)
        start = len(columns) * sizeof(Text)
        described = []
        for i, (name, names) in enumerate(lists):
            of_list = fields(names)
            keep.append(of_list)
            at = start + i * sizeof(Records)
            described.append(FieldList(name.encode(), at + Records.first.offset, at + Records.count.offset,
                                       len(names) * sizeof(Text), of_list, len(names)))
        layout = RowLayout(start + len(lists) * sizeof(Records), own, len(columns),
                           (FieldList * len(described))(*described), len(described))
        check(lib.bd_session_bind_rows, self.handle, byref(layout))
        self._bound = (columns, lists)

    def _rows(self, lines: Sequence[Mapping[str, Any]], keep: list) -> Any:
        """The lines in memory as _bind describes them. Columns and lists are those that occur in any line."""
        columns: dict[str, None] = {}
        lists: dict[str, dict[str, None]] = {}
        for line in lines:
            for name, value in line.items():
                if isinstance(value, (list, tuple)):
                    for record in value:  # a list that no line has records of is not bound: it is empty
                        lists.setdefault(name, {}).update(dict.fromkeys(record))
                else:
                    columns[name] = None
        list_fields = tuple((name, tuple(fields)) for name, fields in lists.items())
        self._bind(tuple(columns), list_fields)
        text_count = len(columns)

        class Row(ctypes.Structure):
            _fields_ = [("texts", Text * text_count), ("lists", Records * len(list_fields))]

        rows = (Row * len(lines))()
        for row, line in zip(rows, lines):
            for i, name in enumerate(columns):
                row.texts[i] = text_of(as_text(line.get(name)), keep)
            for i, (name, names) in enumerate(list_fields):
                records = line.get(name) or ()
                texts = (Text * (len(records) * len(names)))(
                    *[text_of(as_text(record.get(field)), keep) for record in records for field in names])
                keep.append(texts)
                row.lists[i] = Records(ctypes.addressof(texts) if records else None, len(records))
        keep.append(rows)
        return rows

    def decide(self, lines: Iterable[Mapping[str, Any]]) -> list[Decision]:
        """Decides lines; a mapping each, with the records of a list as a list of mappings under its name.

        Raises Error when a line is refused: `offset` is its place, `decided` what was decided of those before it.
        """
        lines = list(lines)
        if not lines:
            return []
        keep: list = []
        rows = self._rows(lines, keep)
        results = _Results(self.module, len(lines))
        try:
            check(lib.bd_session_decide_rows, self.handle, rows, len(lines), byref(results.record))
        except Error as error:
            if error.status in (Status.SYNTAX, Status.RANGE, Status.NAME, Status.MISSING):
                error.decided = results.decisions(self.module, error.offset)
            raise
        return results.decisions(self.module, len(lines))

    def trace(self, line: Mapping[str, Any]) -> list[Step]:
        """How the decision of a line comes about, step by step in the order of computing."""
        keep: list = []
        rows = self._rows([line], keep)
        out = POINTER(TraceRecord)()
        check(lib.bd_session_trace_row, self.handle, rows, byref(out))
        trace = out.contents
        return [Step(STEPS[step.kind], str(step.label), self._value(step.value), str(step.value.unit),
                     "" if step.rule == NONE else self.module.rules[step.rule].name, str(step.place.file),
                     step.place.line, tuple(i for i in step.operands if i != NONE))
                for step in trace.steps[:trace.step_count]]

    # ---- Arrow ----

    def decide_arrow(self, lines: Any) -> "ArrowDecisions":
        """Decides a record batch: anything with `__arrow_c_array__`, a struct array with a field per column.

        The answer speaks the same protocol: columns besluit, bedrag_toegekend, redenen, regels and fout.
        """
        schema_capsule, array_capsule = lines.__arrow_c_array__()
        schema = _pointer(schema_capsule, b"arrow_schema")
        array = _pointer(array_capsule, b"arrow_array")
        count = ctypes.cast(array, POINTER(ArrowArray)).contents.length
        check(lib.bd_session_bind_arrow, self.handle, schema)
        results = _Results(self.module, count)
        check(lib.bd_session_decide_arrow, self.handle, array, byref(results.record))
        return ArrowDecisions(self, results, count)

    # ---- Callables ----

    def _given(self, column: Column, value: Any, keep: list) -> Value:
        given = Value(present=value is not None and value != "")
        if not given.present:
            return given
        if column.meaning == "boolean":
            if not isinstance(value, bool) and value not in ("ja", "nee"):
                raise ValueError(f"{column.name}: {value!r} is not ja or nee")
            given.boolean = value in (True, "ja")
        elif column.meaning == "date":
            given.integer = day_of(value)
        elif column.meaning == "month":
            if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", str(value)):
                raise ValueError(f"{column.name}: {value!r} is no month")
            given.integer = 12 * int(str(value)[:4]) + int(str(value)[5:]) - 1
        elif column.meaning == "year":
            given.integer = int(value)
        elif column.meaning == "choice":
            member = lib.bd_choice_find(self.module.handle, column.choice, text_of(as_text(value), keep))
            given.integer = ctypes.c_int32(member).value
        else:
            given.text = text_of(str(value) if isinstance(value, Fraction) else as_text(value), keep)
        return given

    def _value(self, value: Value) -> Any:
        if not value.present:
            return None
        meaning = ("", "boolean", "number", "money", "quantity", "rate", "date", "month", "year", "choice",
                   "text")[value.meaning]
        if meaning == "boolean":
            return value.boolean
        if meaning == "date":
            return date_of(value.integer)
        if meaning == "month":
            return f"{value.integer // 12:04}-{value.integer % 12 + 1:02}"
        if meaning == "year":
            return value.integer
        if meaning == "choice":
            return str(lib.bd_choice_member(self.module.handle, value.choice, value.integer))
        text = str(value.text)
        return (Fraction(text) if "/" in text else Decimal(text)) if meaning in _NUMBERS else text

    def evaluate(self, name: str, *inputs: Any) -> Any:
        """Calls a callable with its inputs in order. One result is that value; several are a dict by name.

        Numbers come back as Decimal, or as Fraction where they have no finite decimal form.
        """
        program = self.module.callable(name)
        if program is None or len(inputs) != len(program.inputs):
            message = f"no callable {name!r}" if program is None else f"{program.name} takes {len(program.inputs)} inputs"
            raise Error(Status.NAME if program is None else Status.ARGUMENT, 0, message)
        return self._evaluate(program, inputs)

    def _evaluate(self, program: Callable, inputs: Sequence[Any]) -> Any:
        keep: list = []
        values = (Value * max(1, len(inputs)))(*[self._given(*pair, keep) for pair in zip(program.inputs, inputs)])
        outputs = (Value * len(program.outputs))()
        check(lib.bd_session_eval, self.handle, program.index, values, outputs)
        results = [self._value(value) for value in outputs]
        if len(results) == 1 and not program.outputs[0].name:
            return results[0]
        return {column.name: value for column, value in zip(program.outputs, results)}


class ArrowDecisions:
    """The decisions of a record batch, as Python values or as Arrow columns."""

    def __init__(self, session: Session, results: _Results, count: int) -> None:
        self._session, self._results, self._count = session, results, count

    def __len__(self) -> int:
        return self._count

    def decisions(self) -> list[Decision]:
        """As Session.decide gives them."""
        return self._results.decisions(self._session.module, self._count)

    def __arrow_c_array__(self, requested_schema: Any = None) -> tuple[Any, Any]:
        """The Arrow PyCapsule protocol: a schema and an array, which whoever takes them releases."""
        schema, array = ArrowSchema(), ArrowArray()
        check(lib.bd_session_export, self._session.handle, c_size_t(self._count), byref(self._results.record),
              byref(schema), byref(array))
        return _capsule(schema, b"arrow_schema"), _capsule(array, b"arrow_array")


# ---- Capsules: a pointer with a name, and a destructor that releases what nobody took ----

_api = ctypes.pythonapi
_api.PyCapsule_GetPointer.restype = ctypes.c_void_p
_api.PyCapsule_GetPointer.argtypes = [ctypes.py_object, ctypes.c_char_p]
_api.PyCapsule_New.restype = ctypes.py_object
_DESTRUCTOR = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
_api.PyCapsule_New.argtypes = [ctypes.c_void_p, ctypes.c_char_p, _DESTRUCTOR]
_RELEASE = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
_held: dict[int, ctypes.Structure] = {}


def _pointer(capsule: Any, name: bytes) -> int:
    return _api.PyCapsule_GetPointer(capsule, name)


def _release(address: int) -> None:
    structure = _held.pop(address, None)
    if structure is not None and structure.release:
        _RELEASE(structure.release)(address)


def _destroyer(name: bytes) -> Any:
    """A destructor is given the capsule as a bare address, which only the C function may look at."""
    get = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p)(("PyCapsule_GetPointer", _api))
    return _DESTRUCTOR(lambda capsule: _release(get(capsule, name)))


_destroyers = {name: _destroyer(name) for name in (b"arrow_schema", b"arrow_array")}


def _capsule(structure: ctypes.Structure, name: bytes) -> Any:
    address = ctypes.addressof(structure)
    _held[address] = structure
    return _api.PyCapsule_New(address, name, _destroyers[name])
