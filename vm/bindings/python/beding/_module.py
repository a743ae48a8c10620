"""Modules: what an agreement offers."""
from __future__ import annotations

import ctypes
import os
from ctypes import byref
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Callable as Function
from typing import Iterator, TypeVar, Union

from ._library import NONE, PROGRAM_CALL, ColumnInfo, ModuleInfo, OutputInfo, ProgramInfo, RuleInfo, SiteInfo, Status, TableInfo, check, lib

MEANINGS = ("", "boolean", "number", "money", "quantity", "rate", "date", "month", "year", "choice", "text")
_EPOCH = date(1970, 1, 1)
_Record = TypeVar("_Record")


def date_of(day: int) -> date:
    """The date of a day number."""
    return _EPOCH + timedelta(days=day)


def day_of(when: Union[str, date]) -> int:
    """The day number of a date, or of its ISO text."""
    return ((date.fromisoformat(when) if isinstance(when, str) else when) - _EPOCH).days


@dataclass(frozen=True)
class Column:
    """A fact that a line or a callable takes; `meaning` as bd_meaning names it, `unit` of quantities and rates."""

    name: str
    meaning: str
    unit: str
    optional: bool
    choice: int


@dataclass(frozen=True)
class Rule:
    """A rule of the agreement, with the place that it rests on."""

    name: str
    code: str
    reason: str
    document: str
    place: str
    quote: str


@dataclass(frozen=True)
class Callable:
    """Something of the agreement that can be asked by itself: a tariff, a term, a definition."""

    name: str
    inputs: tuple[Column, ...]
    outputs: tuple[Column, ...]
    index: int


class Module:
    """A compiled agreement: immutable, and shared by threads at will."""

    def __init__(self, data: bytes) -> None:
        """Verifies and opens the bytes of a .bdc; raises Error (MODULE, NEWER) when they are not acceptable."""
        self._storage = (ctypes.c_uint64 * (len(data) // 8 + 1))()
        ctypes.memmove(self._storage, data, len(data))
        self.handle = ctypes.c_void_p()
        check(lib.bd_module_load, self._storage, len(data), None, byref(self.handle))
        info = ModuleInfo()
        lib.bd_module_describe(self.handle, byref(info))
        self.name = str(info.name)
        self.title = str(info.title)
        self.version = str(info.version)
        self.sha256 = bytes(info.sha256).hex()
        self.valid_from = date_of(info.valid_from)
        self.valid_to = date_of(info.valid_to)
        self.reason_words = lib.bd_module_reason_words(self.handle)
        self.rules = tuple(self._rule(record) for record in self._all(lib.bd_module_rule, RuleInfo))
        programs = list(self._all(lib.bd_module_program, ProgramInfo))
        self.columns = self._columns(programs[0]) if programs else ()
        self.callables = tuple(self._callable(i, record) for i, record in enumerate(programs)
                               if record.kind == PROGRAM_CALL)

    @classmethod
    def load(cls, path: Union[str, os.PathLike]) -> "Module":
        """Opens a .bdc file."""
        with open(path, "rb") as file:
            return cls(file.read())

    def __del__(self) -> None:
        if getattr(self, "handle", None):
            lib.bd_module_free(self.handle)
            self.handle = None

    def _all(self, describe: Function, record_type: type[_Record]) -> Iterator[_Record]:
        index = 0
        while True:
            record = record_type()
            if describe(self.handle, index, byref(record)) != Status.OK:
                return
            yield record
            index += 1

    @staticmethod
    def _rule(record: RuleInfo) -> Rule:
        cited = record.citation
        return Rule(str(record.name), str(record.code), str(record.reason), str(cited.document), str(cited.place),
                    str(cited.quote))

    def _columns(self, program: ProgramInfo) -> tuple[Column, ...]:
        columns = []
        for index in range(program.first_column, program.first_column + program.columns):
            record = ColumnInfo()
            lib.bd_module_column(self.handle, index, byref(record))
            columns.append(Column(str(record.name), MEANINGS[record.meaning], str(record.unit), record.optional,
                                  record.choice))
        return tuple(columns)

    def _callable(self, index: int, program: ProgramInfo) -> Callable:
        outputs = []
        for output in range(program.outputs):
            record = OutputInfo()
            lib.bd_program_output(self.handle, index, output, byref(record))
            outputs.append(Column(str(record.name), MEANINGS[record.meaning], str(record.unit), record.optional,
                                  record.choice))
        return Callable(str(program.name), self._columns(program), tuple(outputs), index)

    def callable(self, name: str) -> Union[Callable, None]:
        """The callable of that name ("definitie.prijs"), or of the bare name where it is the only one; else None."""
        for one in self.callables:
            if one.name == name:
                return one
        found = [one for one in self.callables if one.name.partition(".")[2] == name]
        return found[0] if len(found) == 1 else None

    def extern_table(self, name: str) -> int:
        """The index of an extern table, or one that no table has."""
        for index, record in enumerate(self._all(lib.bd_module_table, TableInfo)):
            if record.is_extern and str(record.name) == name:
                return index
        return NONE

    def fault(self, site: int) -> str:
        """The code of a site, "geen_cel"; empty for no site."""
        record = SiteInfo()
        return str(record.code) if lib.bd_module_site(self.handle, site, byref(record)) == Status.OK else ""
