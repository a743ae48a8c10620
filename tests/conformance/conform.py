#!/usr/bin/env python3
"""The cases of this folder through the Python package; see README.md."""
import datetime
import sys

import beding


def shown(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    return str(value)


def print_error(error):
    print("error", int(error.status), error.offset, sep="\t")


def print_rows(decisions):
    for row in decisions:
        print("row", row.decision, row.cents, ";".join(row.rules), row.fault, sep="\t")


def read_case(path, session):
    """Columns, rows and calls; readings and parameters go to the session at once."""
    columns, lists, rows, calls = [], {}, [], []
    with open(path, encoding="utf-8", newline="\n") as file:
        for line in file:
            what, *fields = line.rstrip("\n").split("\t")
            if what == "reading":
                session.set_reading(*fields)
            elif what == "param":
                table, since, *keys, value = fields
                session.table_row(table, keys, value, None if since == "-" else datetime.date.fromisoformat(since))
            elif what == "columns":
                columns = fields
            elif what == "list":
                lists[fields[0]] = fields[1:]
            elif what == "row":
                rows.append({**dict(zip(columns, fields)), **{name: [] for name in lists}})
            elif what == "record":
                rows[-1][fields[0]].append(dict(zip(lists[fields[0]], fields[1:])))
            elif what == "call":
                calls.append(fields)
    return rows, calls


def decide(session, rows):
    try:
        print_rows(session.decide(rows))
    except beding.Error as error:
        print_rows(error.decided)
        print_error(error)


def call(session, name, inputs):
    try:
        result = session.evaluate(name, *inputs)
    except beding.Error as error:
        return print_error(error)
    named = result if isinstance(result, dict) else {"": result}
    print("call", name, *[f"{key}={shown(value)}" for key, value in named.items()], sep="\t")


def main():
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    try:
        module = beding.Module.load(sys.argv[1])
        print("module", module.name, module.version, module.sha256, sep="\t")
        session = beding.Session(module)
        rows, calls = read_case(sys.argv[2], session)
        session.prepare()
    except beding.Error as error:
        return print_error(error)
    decide(session, rows)
    for name, *inputs in calls:
        call(session, name, inputs)


main()
