"""The types of arguments and codes, for annotations."""

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal, TypeAlias

Reason: TypeAlias = Literal[
    "invalid_request",
    "unknown_tenant",
    "unknown_action",
    "unknown_kind",
    "other_tenant",
    "unknown_scope",
    "tenant_closed",
    "unknown_cluster",
    "cluster_mismatch",
    "wrong_place",
    "cluster_required",
    "subject_disabled",
    "denied_by_rule",
    "deny_error",
    "restricted",
    "restriction_error",
    "unknown_subject",
    "granted",
    "allow_error",
    "not_granted",
]
"""Why a request is allowed or denied; `granted` is the one that allows."""

ChangeCode: TypeAlias = Literal[
    "ok",
    "invalid_request",
    "unknown_tenant",
    "invalid_name",
    "other_tenant",
    "unknown_scope",
    "unknown_role",
    "role_disabled",
    "wrong_place",
    "empty_cluster_list",
    "unknown_cluster",
    "cluster_mismatch",
    "empty_window",
    "unknown_subject",
    "unknown_rule",
    "own_deny",
    "may_not_give_role",
    "may_not_take_role",
    "may_not_place",
    "may_not_displace",
    "not_held",
    "duplicate",
    "last_administrator",
]
"""The answer to an item of a change; `ok` is the one that approves."""

Verdict: TypeAlias = Literal["applies", "error", "does_not_apply"]
"""What a rule or a restriction answers."""

Names: TypeAlias = Iterable[str]
"""A list of names; a text is none, since its letters are no names."""

Scalar: TypeAlias = str | int | float | bool | datetime | None
"""The value of an attribute that is no list."""

Attributes: TypeAlias = Mapping[str, Scalar | Sequence[Scalar]]
"""Attributes of a context or a resource, by name."""

Path: TypeAlias = str | os.PathLike[str]
"""The path of a file."""

RequestTuple: TypeAlias = (
    tuple[str, str, str, str]
    | tuple[str, str, str, str, Names | None]
    | tuple[str, str, str, str, Names | None, str | None]
)
"""Subject, action, kind and scope, and perhaps the groups of the token and the cluster."""
