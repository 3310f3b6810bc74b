"""The exceptions. Whatever went wrong is raised: no error is ever an answer."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._bailiwick import Diagnostic
    from ._types import Reason


class BailiwickError(Exception):
    """The base of every exception of this package."""


class LoadError(BailiwickError):
    """A policy is refused; what was loaded before stays."""

    diagnostics: tuple[Diagnostic, ...]
    """Every finding, in the order of the texts."""

    def __init__(self, message: str, diagnostics: tuple[Diagnostic, ...] = ()) -> None:
        """Take the message and the findings that it was made of."""
        super().__init__(message, diagnostics)
        self.diagnostics = diagnostics

    def __str__(self) -> str:
        """Return the findings, one under another."""
        return str(self.args[0])


class LookupError(BailiwickError, builtins.LookupError):
    """A name has no handle."""

    reason: Reason
    """The reason with which a check of that name would be denied."""

    def __init__(self, message: str, reason: Reason) -> None:
        """Take the message and the reason."""
        super().__init__(message, reason)
        self.reason = reason

    def __str__(self) -> str:
        """Return the message."""
        return str(self.args[0])


class StaleApproval(BailiwickError):
    """The approval was given on another snapshot than the current one: ask again."""
