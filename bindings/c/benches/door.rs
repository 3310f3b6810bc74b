//! What the C door costs: the same questions in Rust and in C, by names and by handles, in one process and in turns.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark fails by panicking, and prints"
)]

use std::ffi::{CString, c_char, c_int, c_void};
use std::hint::black_box;
use std::path::Path;
use std::process::Command;

use bailiwick::{Engine, Groups, Policy, Request, Situation, Snapshot};

const POLICY: &str = "policies/runai-2.13.yaml";
const DIRECTORY: &str = "policies/acme.yaml";
const N: usize = 200_000;
const ROUNDS: usize = 31;

struct Question {
    name: &'static str,
    subject: &'static str,
    group: Option<&'static str>,
    action: &'static str,
    scope: &'static str,
}

const QUESTIONS: [Question; 4] = [
    question("own rule allows", "user:ana@acme.io", None, "read", "acme/vision/detector"),
    question("rule above allows", "user:dirk@acme.io", None, "read", "acme/language/speech"),
    question("group rule allows", "user:nobody@acme.io", Some("sso-research"), "read", "acme/language/translator"),
    question("nothing allows", "user:ines@acme.io", Some("sso-research"), "read", "acme/vision/detector"),
];

const fn question(
    name: &'static str,
    subject: &'static str,
    group: Option<&'static str>,
    action: &'static str,
    scope: &'static str,
) -> Question {
    Question { name, subject, group, action, scope }
}

fn main() {
    std::env::set_current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).unwrap();
    let door = Door::open();
    let engine = Engine::new(&Policy::load([POLICY, DIRECTORY]).unwrap());
    let snapshot = engine.snapshot();
    println!("an empty call: {:.1} ns", median(|| door.version()));
    println!("| question | Rust names | C names | more | Rust handles | C handles | more |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
    for (at, question) in QUESTIONS.iter().enumerate() {
        let is_allowed = engine.check(&question.request(&question.groups())).is_allow();
        assert_eq!(door.ask(at, question), c_int::from(is_allowed), "{}", question.name);
        let mut names = (Vec::new(), Vec::new());
        let mut handles = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            names.0.push(by_names(&engine, question));
            names.1.push(door.names(at));
            handles.0.push(by_handles(&snapshot, question));
            handles.1.push(door.handles(at));
        }
        let [a, b, c, d] = [names.0, names.1, handles.0, handles.1].map(middle);
        println!("| {} | {a:.1} | {b:.1} | {:+.1} | {c:.1} | {d:.1} | {:+.1} |", question.name, b - a, d - c);
    }
}

impl Question {
    fn groups(&self) -> Vec<&'static str> {
        self.group.into_iter().collect()
    }

    fn request<'a>(&self, groups: &'a [&'a str]) -> Request<'a> {
        Request {
            tenant: Some("acme"),
            subject: self.subject,
            groups: Groups::Listed(groups),
            action: self.action,
            kind: "job",
            scope: self.scope,
            cluster: Some("west"),
            ..Request::at(1_767_225_600)
        }
    }
}

fn by_names(engine: &Engine, question: &Question) -> f64 {
    let groups = question.groups();
    let request = question.request(&groups);
    timed(|| engine.check(black_box(&request)).is_allow())
}

fn by_handles(snapshot: &Snapshot, question: &Question) -> f64 {
    let groups = question.groups();
    let subject = snapshot.subject(Some("acme"), question.subject, Groups::Listed(&groups)).unwrap();
    let permission = snapshot.permission(question.action, "job").unwrap();
    let scope = snapshot.scope(question.scope).unwrap();
    let cluster = Some(snapshot.cluster("acme", "west").unwrap());
    let situation = Situation { cluster, ..Situation::at(1_767_225_600) };
    timed(|| black_box(&subject).check(black_box(permission), black_box(scope), black_box(&situation)).is_allow())
}

/// Returns the nanoseconds of processor time that an answer takes.
fn timed(answer: impl Fn() -> bool) -> f64 {
    let start = processor_time();
    let n_allowed = (0..N).filter(|_| answer()).count();
    let took = processor_time() - start;
    black_box(n_allowed);
    took / N as f64
}

fn median(measure: impl Fn() -> f64) -> f64 {
    middle((0..ROUNDS).map(|_| measure()).collect())
}

fn middle(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn processor_time() -> f64 {
    let mut time = [0_i64; 2];
    // SAFETY: the clock exists on Linux, and there is room for its seconds and nanoseconds.
    assert_eq!(unsafe { clock_gettime(3, &mut time) }, 0);
    time[0] as f64 * 1e9 + time[1] as f64
}

/// The C side, built with the compiler of the machine and bound to the installed library.
struct Door {
    library: *mut c_void,
}

impl Door {
    fn open() -> Self {
        let prefix = Path::new("target/c");
        let cargo = std::env::var_os("CARGO").unwrap();
        let install = ["xtask", "install", "--prefix", "target/c"];
        assert!(Command::new(cargo).args(install).status().unwrap().success());
        let lib = prefix.join("lib").canonicalize().unwrap();
        let built = lib.join("door.so");
        let status = Command::new("cc")
            .args(["-O2", "-shared", "-fPIC", "-std=c99", "-Wall", "-Wextra", "-Werror", "-Itarget/c/include"])
            .args(["bindings/c/benches/door.c", "-lbailiwick", "-o"])
            .arg(&built)
            .arg(format!("-L{}", lib.display()))
            .arg(format!("-Wl,-rpath,{}", lib.display()))
            .status();
        assert!(status.unwrap().success());
        let path = CString::new(built.to_str().unwrap()).unwrap();
        // SAFETY: the path ends in a zero, and the library was just built.
        let library = unsafe { dlopen(path.as_ptr(), 2) };
        assert!(!library.is_null());
        let door = Self { library };
        let (policy, directory) = (CString::new(POLICY).unwrap(), CString::new(DIRECTORY).unwrap());
        type Load = extern "C" fn(*const c_char, *const c_char) -> c_int;
        // SAFETY: the function is of this type, as door.c has it.
        let load: Load = unsafe { std::mem::transmute::<*mut c_void, Load>(door.function("door_load")) };
        assert_eq!(load(policy.as_ptr(), directory.as_ptr()), 0);
        door
    }

    fn ask(&self, at: usize, question: &Question) -> c_int {
        type Ask = extern "C" fn(usize, *const c_char, *const c_char, *const c_char, *const c_char) -> c_int;
        // SAFETY: the function is of this type, as door.c has it.
        let ask: Ask = unsafe { std::mem::transmute::<*mut c_void, Ask>(self.function("door_ask")) };
        // The C side keeps the strings.
        let text = |text: &str| CString::new(text).unwrap().into_raw().cast_const();
        let group = question.group.map_or(std::ptr::null(), text);
        ask(at, text(question.subject), group, text(question.action), text(question.scope))
    }

    fn names(&self, at: usize) -> f64 {
        self.measure("door_names", at)
    }

    fn handles(&self, at: usize) -> f64 {
        self.measure("door_handles", at)
    }

    fn version(&self) -> f64 {
        type Version = extern "C" fn(usize) -> f64;
        // SAFETY: the function is of this type, as door.c has it.
        let version: Version = unsafe { std::mem::transmute::<*mut c_void, Version>(self.function("door_version")) };
        version(N)
    }

    fn measure(&self, name: &str, at: usize) -> f64 {
        type Measure = extern "C" fn(usize, usize) -> f64;
        // SAFETY: both functions are of this type, as door.c has it.
        let measure: Measure = unsafe { std::mem::transmute::<*mut c_void, Measure>(self.function(name)) };
        measure(at, N)
    }

    fn function(&self, name: &str) -> *mut c_void {
        let name = CString::new(name).unwrap();
        // SAFETY: the library is open and the name ends in a zero.
        let found = unsafe { dlsym(self.library, name.as_ptr()) };
        assert!(!found.is_null());
        found
    }
}

unsafe extern "C" {
    fn clock_gettime(clock: c_int, time: *mut [i64; 2]) -> c_int;
    fn dlopen(path: *const c_char, flags: c_int) -> *mut c_void;
    fn dlsym(library: *mut c_void, name: *const c_char) -> *mut c_void;
}
