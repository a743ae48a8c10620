"""What a binding itself reads, the inputs of a callable, is refused when it is no value, and not taken for another. Called with native.bdg's module."""
import sys

import beding


def main():
    session = beding.Session(beding.Module.load(sys.argv[1]))
    session.prepare()
    assert session.evaluate("gelijk", True, "2024-07") is True
    assert session.evaluate("gelijk", "nee", "2024-07") is False
    for wrong in [("yes", "2024-07"), (1, "2024-07"), (True, "2024-13"), (True, "2024"), (True, "2024-07-01")]:
        try:
            given = session.evaluate("gelijk", *wrong)
        except ValueError:
            continue
        raise AssertionError(f"{wrong} gave {given}")


main()
