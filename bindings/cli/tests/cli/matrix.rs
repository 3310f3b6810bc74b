//! `matrix`: the three formats, and JSON.

use std::fs;

use crate::support::{file, root, run};

#[test]
fn csv_is_the_published_table_byte_for_byte() {
    for version in ["2.13", "2.18"] {
        let run = run(&format!("matrix -p policies/runai-{version}.yaml --format csv"));
        let table = fs::read_to_string(root().join(format!("tests/data/matrix-{version}.csv"))).unwrap();
        assert_eq!((run.status, run.out), (Some(0), table));
    }
}

fn small(name: &str) -> String {
    let text = "\
kinds:
  job: { title: Jobs, section: work, lives_in: [project] }
  right: { title: 'A | B', lives_in: [tenant] }
actions: [logs]
delegation: { role_right: right }
qualifiers: { all: { title: all roles, roles: '*' } }
roles:
  admin: { title: Admin, permissions: { right: CRUD all } }
  researcher: { title: Researcher, permissions: { job: [read, logs] } }
";
    file(&format!("matrix-{name}.yaml"), text)
}

#[test]
fn text_is_aligned() {
    let run = run(&format!("matrix -p {}", small("text")));
    let table = "\
kind   admin     researcher
job    -         R logs
right  CRUD [1]  -

[1] all roles
";
    assert_eq!(run.out, table);
}

#[test]
fn columns_are_numbered_where_names_are_too_wide() {
    let run = run(&format!("matrix -p {} --width 25", small("numbered")));
    let table = "\
kind   1         2
job    -         R logs
right  CRUD [1]  -

  1 admin
  2 researcher

[1] all roles
";
    assert_eq!(run.out, table);
}

#[test]
fn columns_stand_in_blocks_where_numbers_do_not_help() {
    let run = run(&format!("matrix -p {} --width 18", small("blocks")));
    let table = "\
kind   1
job    -
right  CRUD [1]

kind   2
job    R logs
right  -

  1 admin
  2 researcher

[1] all roles
";
    assert_eq!(run.out, table);
}

#[test]
fn markdown_goes_by_titles() {
    let run = run(&format!("matrix -p {} --format markdown", small("markdown")));
    let table = "\
|  | Admin | Researcher |
| --- | --- | --- |
| Jobs | - | R logs |
| A \\| B | CRUD (all roles) | - |
";
    assert_eq!(run.out, table);
}

#[test]
fn json_has_a_cell_for_each_role() {
    let answer = run(&format!("matrix -p {} --json", small("json"))).json("matrix");
    assert_eq!(answer["roles"][1], serde_json::json!({ "name": "researcher", "title": "Researcher" }));
    let job = serde_json::json!({
        "name": "job", "title": "Jobs", "section": "work",
        "cells": [{ "actions": [], "qualifier": null }, { "actions": ["read", "logs"], "qualifier": null }],
    });
    assert_eq!(answer["kinds"][0], job);
    assert_eq!(answer["kinds"][1]["cells"][0]["qualifier"], "all roles");
}
