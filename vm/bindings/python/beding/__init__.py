"""libbeding for Python: decide declaration lines by the agreement that they fall under.

A Module is a compiled agreement, a Session one thread's state over it. Nothing is decided here: values go to the library
as the texts that a data file has, and its answers come back as Python values. See beding.h for what each call means.
"""
from ._library import Error, Status, version
from ._module import Callable, Column, Module, Rule
from ._session import Decision, Session, Step

__all__ = ["Callable", "Column", "Decision", "Error", "Module", "Rule", "Session", "Status", "Step", "version"]
