"""The role matrix."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from bailiwick import Engine, Text


def test_the_shipped_matrix_is_the_published_one(shipped: Engine, root: Path) -> None:
    assert shipped.matrix().to_csv() == (root / "tests/data/matrix-2.13.csv").read_bytes().decode()


def test_cells_are_found_by_name(shipped: Engine) -> None:
    matrix = shipped.matrix()
    cell = matrix.cell(role="researcher", kind="job")
    assert cell.letters == "CRUD" and cell.actions == ("create", "read", "update", "delete") and cell.qualifier is None
    assert matrix.cell(role="admin", kind="role_assignment").qualifier is not None
    assert len(matrix.roles) == 7 and len(matrix.kinds) == 19 and matrix.roles[0].name == "admin"
    assert matrix.kinds[0].title and matrix.kinds[0].section == matrix.roles[0].section == ""
    for wrong in ({"role": "job", "kind": "researcher"}, {"role": "researcher", "kind": "jobs"}):
        with pytest.raises(KeyError):
            matrix.cell(**wrong)


def test_a_notebook_shows_a_table(shipped: Engine) -> None:
    class Cells(HTMLParser):
        n_cells = 0

        def handle_starttag(self, tag: str, attrs: object) -> None:
            self.n_cells += tag == "td"

    parser = Cells()
    parser.feed(shipped.matrix()._repr_html_())
    assert parser.n_cells == 7 * 19


def test_a_title_is_no_markup() -> None:
    text = """kinds: { job: { title: "<script>alert('&')</script>", lives_in: [project] } }
roles: { reader: { title: '"x" onclick=', permissions: { job: R } } }"""
    html = Engine.parse(Text.yaml(text)).matrix()._repr_html_()
    assert "<script>" not in html and "&lt;script&gt;alert(&#39;&amp;&#39;)" in html and '"x"' not in html


def test_a_reload_brings_another_matrix() -> None:
    kinds = "kinds: { job: { lives_in: [project] } }\n"
    engine = Engine.parse(Text.yaml(kinds + "roles: { reader: { permissions: { job: R } } }"))
    before = engine.matrix()
    engine.replace(Text.yaml(kinds + "roles: { reader: { permissions: { job: RU } } }"))
    assert before != engine.matrix() and before.cell(role="reader", kind="job").letters == "R"
    assert engine.matrix().cell(role="reader", kind="job").letters == "RU"
