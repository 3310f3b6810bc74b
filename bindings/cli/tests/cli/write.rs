//! `assign --write`: what is written loads again to the same answers, and nothing else is touched.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;

use bailiwick::{Change, Edit, Groups, Policy, Request, Rules, Snapshot, Value};

use crate::support::{BINARY, Run, command, file, room, root, run};

const AT: i64 = 1_773_144_000;
const MILO: &str = "--subject user:milo@acme.io --role researcher --scope acme/vision/detector";

/// Asks for a rule that Mara may give, and for another one, if any; written to a file.
fn write(directory: &Path, target: &Path, rest: &str) -> Run {
    let files = format!("-p policies/runai-2.13.yaml -p {}", directory.display());
    let who = format!("--at {AT} --actor user:mara@acme.io --actor-no-groups");
    run(&format!("assign {files} {who} {MILO} --write {} {rest}", target.display()))
}

/// Copies a directory of acme to a room.
fn acme(room: &Path) -> std::path::PathBuf {
    let path = room.join("acme.yaml");
    fs::copy(root().join("policies/acme.yaml"), &path).unwrap();
    path
}

/// Returns the names of the files in a room.
fn names(room: &Path) -> Vec<String> {
    let entries = fs::read_dir(room).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn what_is_approved_is_written_and_what_is_refused_is_not() {
    let room = room("write-partly");
    let path = acme(&room);
    let run = write(&path, &path, "--subject user:tess@acme.io --scope acme/vision");
    assert_eq!(run.status, Some(1));
    let last = format!("2 approved, 2 refused; written to {}\n", path.display());
    assert!(run.out.ends_with(&last), "{}", run.out);
    let text = fs::read_to_string(&path).unwrap();
    let rule = |who: &str, scope: &str| format!("{{ subject: user:{who}@acme.io, role: researcher, scope: {scope} }}");
    assert!(
        text.contains(&rule("milo", "acme/vision/detector")) && text.contains(&rule("tess", "acme/vision/detector"))
    );
    assert!(!text.contains(&rule("milo", "acme/vision")));
    assert_eq!(names(&room), ["acme.yaml"]);
}

#[test]
fn nothing_approved_is_nothing_written() {
    let room = room("write-nothing");
    let path = acme(&room);
    let before = fs::metadata(&path).unwrap();
    let refused = "--scope acme/vision --role viewer --subject user:x";
    let files = format!("-p policies/runai-2.13.yaml -p {0} --write {0}", path.display());
    let asked = run(&format!("assign {files} --at {AT} --actor user:ana@acme.io {refused}"));
    assert_eq!(asked.status, Some(1));
    assert!(asked.out.ends_with("0 approved, 1 refused; nothing is written\n"), "{}", asked.out);
    let after = fs::metadata(&path).unwrap();
    assert_eq!((before.ino(), before.mtime_nsec()), (after.ino(), after.mtime_nsec()));
}

#[test]
fn a_refused_rule_stays_out_of_a_feed_too() {
    let room = room("write-feed");
    let path = room.join("acme.jsonl");
    assert_eq!(write(&root().join("policies/acme.yaml"), &path, "").status, Some(0));
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.starts_with("{\"bailiwick\": 1}\n{\"tenant\": \"acme\", \"facts\": "));
    assert!(text.lines().skip(1).all(|line| line.starts_with("{\"tenant\": \"acme\", \"") && line.ends_with("}}")
        || line.contains("\"disabled_role\": \"research_manager\"")));
    let run = run(&format!("lint -p policies/runai-2.13.yaml -p {}", path.display()));
    assert_eq!(run.out, "0 errors, 0 warnings\n");
}

/// The answers to everything that a world can be asked about its subjects, actions, kinds and scopes.
fn answers(snapshot: &Snapshot, world: &World) -> Vec<(bool, &'static str, Option<i64>)> {
    let mut answers = Vec::new();
    for subject in &world.subjects {
        for (action, kind, scope) in &world.asked {
            for (cluster, network) in [(None, "home"), (Some("west"), "corporate"), (Some("east"), "corporate")] {
                let context = [("network", Value::Text(network))];
                let resource = [("owner", Value::Text(subject)), ("id", Value::Text("eval-7"))];
                let decision = snapshot.check(&Request {
                    tenant: Some(world.tenant),
                    subject,
                    groups: Groups::Listed(&["sso-audit"]),
                    action,
                    kind,
                    scope,
                    cluster,
                    resource: &resource,
                    context: &context,
                    now: AT,
                });
                answers.push((decision.is_allow(), decision.reason().code(), decision.valid_until()));
            }
        }
    }
    answers
}

struct World {
    tenant: &'static str,
    subjects: Vec<String>,
    asked: Vec<(&'static str, String, String)>,
}

impl World {
    /// Collects the names that a policy and a directory know.
    fn of(policy: &Policy, tenant: &'static str) -> Self {
        let directory = policy.compile().directory(tenant).unwrap();
        let json = serde_json::to_value(&directory).unwrap();
        let list = |key: &str| json[key].as_array().cloned().unwrap_or_default();
        let named = |key: &str, kind: &str| -> Vec<String> {
            list(key).iter().map(|it| format!("{kind}:{}", it["name"].as_str().unwrap())).collect()
        };
        let subjects = [named("users", "user"), named("apps", "app"), named("groups", "group")].concat();
        let scopes: Vec<String> = list("scopes").iter().map(|it| it["path"].as_str().unwrap().to_owned()).collect();
        let kinds: Vec<String> = policy.matrix().kinds.iter().map(|kind| kind.name.clone()).collect();
        let mut asked = Vec::new();
        for action in ["create", "read", "update", "delete", "logs"] {
            for kind in &kinds {
                asked.extend(scopes.iter().map(|scope| (action, kind.clone(), scope.clone())));
            }
        }
        Self { tenant, subjects, asked }
    }
}

#[test]
fn it_loads_again_to_the_same_answers_in_every_form() {
    let room = room("write-again");
    let policy = Policy::load([root().join("policies/runai-2.13.yaml"), root().join("policies/acme.yaml")]).unwrap();
    let rules = Rules {
        subjects: &["user:milo@acme.io"],
        roles: &["researcher"],
        scopes: &["acme/vision/detector"],
        ..Rules::default()
    };
    let mara = bailiwick::Actor::Subject { subject: "user:mara@acme.io", groups: Groups::Listed(&[]), context: &[] };
    let snapshot = policy.compile();
    let approved = snapshot.approve(&mara, &Change::at(AT, Edit::AddRules(rules)));
    let world = World::of(&policy, "acme");
    let expected = answers(&snapshot.apply(&approved).unwrap(), &world);
    assert_ne!(expected, answers(&snapshot, &world));
    assert!(50_000 < expected.len() && expected.iter().any(|(is_allow, ..)| *is_allow));
    for ending in ["yaml", "json", "jsonl"] {
        let path = room.join(format!("acme.{ending}"));
        assert_eq!(write(&root().join("policies/acme.yaml"), &path, "").status, Some(0));
        let written = Policy::load([root().join("policies/runai-2.13.yaml"), path]).unwrap();
        assert!(written.is_complete());
        assert!(answers(&written.compile(), &world) == expected, "{ending}");
    }
}

#[test]
fn the_cases_of_the_policies_hold_for_what_is_written() {
    let room = room("write-cases");
    for (policy, directory, giver) in [
        ("runai-2.13", "acme", "user:mara@acme.io --scope acme --role viewer"),
        ("runai-2.18", "acme-2.18", "user:ada@acme.io --scope acme --role cloud_operator"),
    ] {
        let directory_path = root().join(format!("policies/{directory}.yaml"));
        for ending in ["yaml", "json", "jsonl"] {
            let path = room.join(format!("{directory}.{ending}"));
            let files = format!("-p policies/{policy}.yaml -p {}", directory_path.display());
            let line = format!("assign {files} --at {AT} --actor-no-groups --subject user:nobody@new.example");
            let asked = run(&format!("{line} --actor {giver} --write {}", path.display()));
            assert_eq!(asked.status, Some(0), "{directory}: {}{}", asked.out, asked.err);
            let text = fs::read_to_string(root().join(format!("policies/{directory}.cases.yaml"))).unwrap();
            let text = text.replace(&format!("{directory}.yaml"), path.to_str().unwrap());
            let text = text
                .replace(&format!("{policy}.yaml"), root().join(format!("policies/{policy}.yaml")).to_str().unwrap());
            let tested = run(&format!("test {}", file(&format!("write-{directory}-{ending}.cases.yaml"), &text)));
            assert_eq!(tested.status, Some(0), "{}{}", tested.out, tested.err);
        }
    }
}

#[test]
fn awkward_names_come_back_as_they_were() {
    let room = room("write-awkward");
    let policy = file("write-awkward-policy.yaml", AWKWARD_POLICY);
    // Written raw, some of these would end a line to some readers.
    let escaped = |text: String, c: char| text.replace(c, &format!("\\u{:04x}", u32::from(c)));
    let text = awkward_directory().to_string();
    let text = ['\u{7f}', '\u{85}', '\u{2028}', '\u{feff}'].into_iter().fold(text, escaped);
    let path = file("write-awkward.json", &text);
    let directory =
        |path: &Path| Policy::load([Path::new(&policy), path]).unwrap().compile().directory("acme").unwrap();
    let before = directory(Path::new(&path));
    let mut texts = Vec::new();
    for ending in ["yaml", "json", "jsonl"] {
        let to = room.join(format!("acme.{ending}"));
        let there = to.to_str().unwrap();
        for (from, way) in [(path.as_str(), ""), (there, "--remove")] {
            let who = "--at 0 --actor user:y --actor-no-groups --subject user:new --scope acme";
            let mut asked = command(&format!("assign -p {policy} -p {from} {who} --write {there} {way}"));
            let asked = Run::from(asked.args(["--role", "a, b"]).output().unwrap());
            assert_eq!(asked.status, Some(0), "{ending}: {}{}", asked.out, asked.err);
        }
        texts.push(fs::read_to_string(&to).unwrap());
        assert!(directory(&to) == before, "{ending}: {}", texts.last().unwrap());
    }
    assert!(texts[0].chars().all(|c| c == '\n' || !c.is_control()));
    // Another reader of YAML finds in it what stands in the JSON.
    let yaml: serde_json::Value = serde_yaml::from_str(&texts[0]).unwrap();
    let json: serde_json::Value = serde_json::from_str(&texts[1]).unwrap();
    for key in ["tenant", "scopes", "groups", "custom_roles", "disabled_roles", "deny_rules"] {
        assert_eq!(yaml[key], json[key], "{key}");
    }
    let conditions = |directory: &serde_json::Value| -> Vec<serde_json::Value> {
        directory["access_rules"].as_array().unwrap().iter().map(|rule| rule["when"].clone()).collect()
    };
    assert_eq!(conditions(&yaml), conditions(&json));
}

/// Returns a directory in which every name is one that a reader of YAML could take for something else.
fn awkward_directory() -> serde_json::Value {
    let names: Vec<&str> = AWKWARD.split('\n').collect();
    let texts: Vec<&str> = names.iter().copied().chain(AWKWARD_TEXTS.split('|')).collect();
    let rule = |name: &&str| {
        serde_json::json!({ "subject": format!("user:{name}"), "role": name, "scope": format!("acme/{name}"),
            "when": { "in": { "context.text": texts } }, "from": -5, "until": 253_402_300_800_i64 })
    };
    let role = |name: &&str| {
        let role = serde_json::json!({ "title": name, "permissions": { "job": "R", "right": "." } });
        ((*name).to_owned(), role)
    };
    let giver = serde_json::json!({ "subject": "user:y", "role": "giver", "scope": "acme" });
    serde_json::json!({
        "tenant": "acme",
        "users": names,
        "scopes": names.iter().map(|name| format!("acme/{name}")).collect::<Vec<_>>(),
        "groups": [{ "name": "no", "members": ["user:- x"] }],
        "custom_roles": names.iter().map(role).collect::<serde_json::Map<_, _>>(),
        "disabled_roles": ["*a"],
        "access_rules": names.iter().map(rule).chain([giver]).collect::<Vec<_>>(),
        "deny_rules": [
            { "subject": "user:~", "permissions": { "*": "*" }, "scope": "acme/~" },
            { "subject": "group:no", "permissions": { "job": ["read"] }, "scope": "acme" },
        ],
    })
}

const AWKWARD_POLICY: &str = "\
kinds: { right: { lives_in: [tenant, department, project] }, job: { lives_in: [department] } }
attributes: { context.text: text }
roles: { giver: { permissions: { right: CRUD } } }
delegation: { role_right: right }
";

/// Names, one a line.
const AWKWARD: &str = "007\n1e3\n0x1F\n1_000\n.5\n12:30\n2026-01-01\ntrue\nNo\ny\nnull\n~\n- x\n? x\na: b\na:\n: a\na #b\n#a\n\
    *a\n&a\n!a\n%a\n@a\n`a`\n'a'\n\"a\"\n[a]\n{a}\na, b\na\\nb\na  b\n漢字\n\u{1f600}\n=";

/// Texts that are no names, with bars between them; the first is empty.
const AWKWARD_TEXTS: &str = "| a |a\tb|a\r\nb|\u{7f}|\u{85}|\u{2028}|\u{feff}a|\u{0}|\u{e0001}|\u{fffd}";

/// The older form, and a name that was deleted.
const OLDER: &str = "\
tenant: acme
facts: { version: \"2.13\", modules: [inference] }
scopes: [acme/vision, acme/vision/detector]
users: [{ name: ana, roles: [viewer, researcher], organizations: [acme/vision/detector] }, mara]
apps: [{ name: ci, roles: [researcher], organizations: [acme/vision/detector] }]
groups: [{ name: team, members: [user:mara], roles: [viewer] }]
deleted_subjects: [user:ben, app:bot]
access_rules: [{ subject: user:mara, role: admin, scope: acme }]
";

#[test]
fn the_older_form_and_deleted_names_are_written() {
    let room = room("write-older");
    let path = file("write-older.yaml", OLDER);
    for ending in ["yaml", "json", "jsonl"] {
        let to = room.join(format!("acme.{ending}"));
        let assign = |subject: &str, from: &Path| {
            let files = format!("-p policies/runai-2.13.yaml -p {}", from.display());
            let rule = format!("--subject {subject} --role viewer --scope acme --write {}", to.display());
            run(&format!("assign {files} --at 0 --actor user:mara --actor-no-groups {rule}"))
        };
        assert_eq!(assign("user:new", Path::new(&path)).status, Some(0));
        assert!(assign("user:ben", &to).out.contains("unknown_subject: "), "{ending}");
        for (subject, action, kind) in
            [("user:ana", "update", "environment"), ("app:ci", "read", "job"), ("user:mara", "read", "job")]
        {
            let check = |from: &Path| {
                let files = format!("-p policies/runai-2.13.yaml -p {}", from.display());
                let asked = format!("--subject {subject} --action {action} --kind {kind} --scope acme/vision/detector");
                run(&format!("check {files} --at 0 --no-groups {asked}")).out
            };
            assert!(check(&to).starts_with("allow"), "{ending} {subject}: {}", check(&to));
            assert_eq!(check(&to), check(Path::new(&path)), "{ending} {subject}");
        }
    }
}

#[test]
fn permissions_and_links_are_kept() {
    let room = room("write-kept");
    let (path, link, far) = (acme(&room), room.join("link.yaml"), room.join("far.yaml"));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("acme.yaml", &link).unwrap();
    symlink(&link, &far).unwrap();
    let before = fs::metadata(&path).unwrap();
    assert_eq!(write(&far, &far, "").status, Some(0));
    let after = fs::metadata(&path).unwrap();
    assert_eq!(after.permissions().mode() & 0o7777, 0o640);
    assert_ne!(before.ino(), after.ino());
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink() && fs::symlink_metadata(&far).unwrap().is_symlink());
    assert!(fs::read_to_string(&path).unwrap().contains("{ subject: user:milo@acme.io, role: researcher"));
    assert_eq!(names(&room), ["acme.yaml", "far.yaml", "link.yaml"]);
}

#[test]
fn a_link_to_nothing_is_filled() {
    let room = room("write-dangling");
    symlink("new.yaml", room.join("link.yaml")).unwrap();
    assert_eq!(write(&root().join("policies/acme.yaml"), &room.join("link.yaml"), "").status, Some(0));
    assert!(fs::symlink_metadata(room.join("new.yaml")).unwrap().is_file());
    assert_eq!(names(&room), ["link.yaml", "new.yaml"]);
}

#[test]
fn a_file_of_the_working_directory_is_written() {
    let room = room("write-here");
    acme(&room);
    let policy = root().join("policies/runai-2.13.yaml");
    let line = format!("assign -p {} -p acme.yaml --write acme.yaml {MILO}", policy.display());
    let mut command = command(&format!("{line} --at {AT} --actor user:mara@acme.io --actor-no-groups"));
    let run = Run::from(command.current_dir(&room).output().unwrap());
    assert_eq!(run.status, Some(0), "{}{}", run.out, run.err);
    assert_eq!(names(&room), ["acme.yaml"]);
}

#[test]
fn what_would_be_lost_is_not_written() {
    let room = room("write-lost");
    let both = room.join("both.yaml");
    let text = "\
kinds: { right: { lives_in: [tenant] } }
roles: { giver: { permissions: { right: CRUD } } }
delegation: { role_right: right }
tenant: acme
access_rules: [{ subject: user:a, role: giver, scope: acme }]
";
    fs::write(&both, text).unwrap();
    let two = room.join("two.jsonl");
    let lines = "{\"tenant\": \"acme\", \"access_rule\": {\"subject\": \"user:a\", \"role\": \"giver\", \"scope\": \"acme\"}}\n\
                 {\"tenant\": \"globex\", \"user\": \"b\"}\n";
    fs::write(&two, lines).unwrap();
    let policy = text.lines().take(3).collect::<Vec<_>>().join("\n");
    let policy = file("write-lost-policy.yaml", &policy);
    let half = file("write-lost-half.yaml", "tenant: acme\nusers: [z]\n");
    let asked = "--actor user:a --actor-no-groups --subject user:new --role giver --scope acme";
    let new = room.join("new.yaml");
    for (files, target, message) in [
        (format!("-p {}", both.display()), &both, "the directory has no policy beside it"),
        (format!("-p {}", both.display()), &new, "the directory has no policy beside it"),
        (format!("-p {policy} -p {}", two.display()), &two, "tenant `globex` would be lost"),
        (format!("-p {} -p {half}", both.display()), &both, "the directory has no policy beside it"),
    ] {
        let run = run(&format!("assign {files} --tenant acme {asked} --write {}", target.display()));
        assert_eq!((run.status, run.out.as_str()), (Some(2), ""), "{files}");
        assert!(run.err.contains(message) && run.err.contains("in files of their own"), "{files}: {}", run.err);
    }
    assert_eq!(fs::read_to_string(&both).unwrap(), text);
    assert_eq!(fs::read_to_string(&two).unwrap(), lines);
    assert_eq!(names(&room), ["both.yaml", "two.jsonl"]);
}

#[test]
fn what_is_past_the_limits_is_not_written() {
    let room = room("write-limits");
    let many = |n: usize, line: fn(usize) -> String| (0..n).map(line).collect::<Vec<_>>();
    let rules = many(9_000, |n| {
        let rule =
            serde_json::json!({ "subject": format!("user:somebody-{n}"), "role": "researcher", "scope": "acme/d/p" });
        format!("{{\"tenant\": \"acme\", \"access_rule\": {rule}}}\n")
    });
    let dana = "{\"tenant\": \"acme\", \"access_rule\": \
                {\"subject\": \"user:dana\", \"role\": \"department_admin\", \"scope\": \"acme/d\"}}\n";
    let feed = format!(
        "{{\"tenant\": \"acme\", \"facts\": {{\"version\": \"2.13\"}}}}\n{{\"tenant\": \"acme\", \"scope\": \"acme/d\"}}\n\
         {{\"tenant\": \"acme\", \"scope\": \"acme/d/p\"}}\n{dana}{}",
        rules.concat()
    );
    let large = file("write-limits.jsonl", &feed);
    let members = many(4_000, |n| format!("user:somebody-{n}")).join(", ");
    let group = format!(
        "tenant: acme\nfacts: {{ version: \"2.13\" }}\nscopes: [acme/d, acme/d/p]\ngroups: [{{ name: g, members: [{members}] }}]\n\
         access_rules: [{{ subject: user:dana, role: department_admin, scope: acme/d }}]\n"
    );
    let group = file("write-limits.yaml", &group);
    for (from, to, message) in [
        (&large, "large.yaml", "the text is larger than 512 KiB; a `.jsonl` file may be larger"),
        (&large, "large.json", "the text is larger than 512 KiB; a `.jsonl` file may be larger"),
        (&group, "group.jsonl", "the line is longer than 64 KiB; a `.jsonl` file may be"),
    ] {
        let files = format!("-p policies/runai-2.13.yaml -p {from} --write {}", room.join(to).display());
        let rule = "--at 0 --actor user:dana --actor-no-groups --subject user:new --role researcher --scope acme/d/p";
        let run = run(&format!("assign {files} {rule}"));
        assert_eq!((run.status, run.out.as_str()), (Some(2), ""), "{to}");
        assert!(run.err.contains(message), "{to}: {}", run.err);
    }
    assert!(names(&room).is_empty());
}

#[test]
fn what_cannot_be_replaced_is_status_2() {
    let room = room("write-cannot");
    let path = acme(&room);
    symlink("loop.yaml", room.join("loop.yaml")).unwrap();
    for (target, message) in [
        (room.clone(), "is no file, so it cannot be replaced"),
        (room.join("nowhere/acme.yaml"), "cannot be written: "),
        (path.join("acme.yaml"), "cannot be written: "),
        (room.join("loop.yaml"), "too many symbolic links"),
        (Path::new("/dev/null").to_owned(), "is no file, so it cannot be replaced"),
    ] {
        let run = write(&path, &target, "");
        assert_eq!((run.status, run.out.as_str()), (Some(2), ""), "{}", target.display());
        assert!(run.err.starts_with("error: `") && run.err.contains(message), "{}: {}", target.display(), run.err);
    }
    assert_eq!(names(&room), ["acme.yaml", "loop.yaml"]);
}

#[test]
fn a_disk_that_is_full_leaves_the_old_file() {
    let room = room("write-full");
    let path = acme(&room);
    let before = fs::read(&path).unwrap();
    let files = format!("-p policies/runai-2.13.yaml -p {0} --write {0}", path.display());
    let line = format!("assign {files} --at {AT} --actor user:mara@acme.io --actor-no-groups {MILO}");
    // No file may grow past 4 blocks, and whoever tries is told instead of killed.
    let script = format!("trap '' XFSZ; ulimit -f 4; exec \"{BINARY}\" {line}");
    let run = Run::from(Command::new("sh").current_dir(root()).args(["-c", &script]).output().unwrap());
    assert_eq!((run.status, run.out.as_str()), (Some(2), ""));
    assert!(run.err.contains("cannot be written: "), "{}", run.err);
    assert_eq!(fs::read(&path).unwrap(), before);
    assert_eq!(names(&room), ["acme.yaml"]);
}
