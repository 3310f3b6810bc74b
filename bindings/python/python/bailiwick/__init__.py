"""Bailiwick: who may do what, where, and why.

An embeddable authorization engine. A policy and its directories are loaded into an `Engine`, which answers questions:

    engine = bailiwick.Engine.load("policies/runai-2.13.yaml", "acme.yaml")
    decision = engine.check("user:ana@acme.io", "create", "job", "acme/vision/detector", cluster="west", groups=["ml-team"])
    if decision:
        ...
    print(decision.explain())

A decision is true only when it allows, and whatever goes wrong is raised: nothing that went wrong is ever true.
"""

from ._bailiwick import (
    Actor,
    Answer,
    Approved,
    Case,
    Cases,
    Cluster,
    Decision,
    Decisions,
    Diagnostic,
    Edit,
    Engine,
    Explanation,
    Finding,
    Heading,
    Matrix,
    MatrixCell,
    Missing,
    Permission,
    Request,
    Restriction,
    RestrictionFinding,
    Rule,
    Scope,
    Step,
    Subject,
    Text,
    Unknown,
)
from ._errors import BailiwickError, LoadError, LookupError, StaleApproval
from ._types import Attributes, ChangeCode, Names, Path, Reason, RequestTuple, Scalar, Verdict

__all__ = [
    "Actor",
    "Answer",
    "Approved",
    "Attributes",
    "BailiwickError",
    "Case",
    "Cases",
    "ChangeCode",
    "Cluster",
    "Decision",
    "Decisions",
    "Diagnostic",
    "Edit",
    "Engine",
    "Explanation",
    "Finding",
    "Heading",
    "LoadError",
    "LookupError",
    "Matrix",
    "MatrixCell",
    "Missing",
    "Names",
    "Path",
    "Permission",
    "Reason",
    "Request",
    "RequestTuple",
    "Restriction",
    "RestrictionFinding",
    "Rule",
    "Scalar",
    "Scope",
    "StaleApproval",
    "Step",
    "Subject",
    "Text",
    "Unknown",
    "Verdict",
]
