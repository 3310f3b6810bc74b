//! examples/go with the Go of the machine: a queue of pods is filtered as in Rust, and everything wrong is denied.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use bailiwick::{Decision, Engine, Groups, Policy, Request, Value};
use bailiwick_worlds::{
    Draw, Extras, NOW, Plan, Reference, Restrictions, Sizes, TextAsk, World, draw_asks, policy_text, texts,
    write_directory, write_requests,
};

use crate::build::{prefix, root};

/// How many pods wait.
const N_PODS: u32 = 100_000;

#[test]
fn the_package_in_go_is_tidy() {
    if !is_installed() {
        return;
    }
    assert_eq!(run(Command::new("gofmt").arg("-l").arg(".")), "", "gofmt would write these otherwise");
    run(go("vet").arg("./..."));
}

#[test]
fn everything_wrong_is_denied_in_go() {
    if !is_installed() {
        return;
    }
    // The race detector looks at goroutines, and cgocheck at what C is handed.
    let told = run(go("test").args(["-v", "-race", "-count=1", "./bailiwick"]).env("GODEBUG", "cgocheck=2"));
    assert_passed(&told, 14);
}

#[test]
fn a_queue_of_pods_is_filtered_in_go_as_in_rust() {
    if !is_installed() {
        return;
    }
    let world = world();
    assert_passed(&run(go("test").args(["-v", "-count=1", "."]).env("BAILIWICK_WORLD", &world)), 6);
    let file = |name: &str| world.join(name);
    let mut program = go("run");
    program.args([".", "-now", &NOW.to_string(), "-policy"]).arg(file("policy.yaml"));
    program.arg("-policy").arg(file("directory.jsonl")).arg("-queue").arg(file("pods.jsonl"));
    let told = run(&mut program);
    println!("{told}");
    assert!(told.starts_with("100000 pods in 101 batches: 50000 may run, 50000 wait; 0 not as expected\n"), "{told}");
    assert!(told.contains("ns in batches"), "{told}");
    let mut bench = go("test");
    println!("{}", run(bench.args(["-run", "^$", "-bench", ".", "."]).env("BAILIWICK_WORLD", &world)));
}

/// Writes a company with rules of every sort, and a queue of pods, each with what Rust answers.
fn world() -> PathBuf {
    let dir = home().join("world");
    fs::create_dir_all(&dir).unwrap();
    let write = |name: &str, text: &[u8]| fs::write(dir.join(name), text).unwrap();
    let extras = Extras { clusters: 20, windows: 20, conditions: 20, denies: 10 };
    let world = World::build(&Plan { extras, ..Plan::plain(Sizes::M) }).unwrap();
    let asks = draw_asks(&world, &Reference::new(&world), Draw::Uniform, N_PODS, 7);
    write("policy.yaml", policy_text(Restrictions::LeftOut).as_bytes());
    let (mut directory, mut pods) = (Vec::new(), Vec::new());
    write_directory(&world, &mut directory).unwrap();
    write_requests(&world, &asks, &mut pods).unwrap();
    write("directory.jsonl", &directory);
    let engine = Engine::new(&Policy::load([dir.join("policy.yaml"), dir.join("directory.jsonl")]).unwrap());
    let mut queue = BufWriter::new(File::create(dir.join("pods.jsonl")).unwrap());
    for (ask, pod) in texts(&world, &asks).iter().zip(std::str::from_utf8(&pods).unwrap().lines()) {
        let decision = answer(&engine, ask);
        assert_eq!(decision.is_allow(), ask.is_allow, "{pod}");
        let pod = pod.strip_suffix('}').unwrap();
        writeln!(queue, "{pod},\"reason\":\"{}\"}}", decision.reason().code()).unwrap();
    }
    queue.flush().unwrap();
    dir
}

fn answer(engine: &Engine, ask: &TextAsk) -> Decision {
    engine.check(&Request {
        tenant: Some("acme"),
        subject: ask.user,
        groups: Groups::Listed(ask.groups),
        action: ask.action,
        kind: ask.kind,
        scope: ask.scope,
        cluster: Some(ask.cluster),
        context: &[("network", Value::Text("corporate"))],
        ..Request::at(NOW)
    })
}

/// Returns a call of Go that finds the installed library, writes below the target directory alone, and asks no network.
fn go(command: &str) -> Command {
    let lib = prefix().join("lib");
    let mut go = Command::new("go");
    go.arg(command).env("PKG_CONFIG_PATH", lib.join("pkgconfig")).env("LD_LIBRARY_PATH", lib);
    go.env("GOCACHE", home().join("cache")).env("GOPATH", home().join("path")).env("CGO_ENABLED", "1");
    go.env("GOFLAGS", "-mod=mod").env("GOPROXY", "off").env("GOTOOLCHAIN", "local");
    go
}

/// Runs a program in the example, which must end well, and returns what it printed.
fn run(command: &mut Command) -> String {
    let output = command.current_dir(root().join("examples/go")).stdin(Stdio::null()).output().unwrap();
    let (told, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}: {}\n{told}\n{errors}", output.status);
    told.into_owned()
}

/// Fails unless so many tests passed at least, and none was skipped.
fn assert_passed(told: &str, n_tests: usize) {
    let n_passed = told.matches("--- PASS").count();
    assert!(n_tests <= n_passed && !told.contains("--- SKIP"), "{n_passed} tests passed: {told}");
    println!("{n_passed} tests passed");
}

fn home() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("go")
}

fn is_installed() -> bool {
    let is_there = Command::new("go").arg("version").output().is_ok_and(|output| output.status.success());
    if !is_there {
        assert!(std::env::var_os("CI").is_none(), "go is missing: apt-get install golang-go");
        println!("SKIPPED: go is missing: apt-get install golang-go");
    }
    is_there
}
