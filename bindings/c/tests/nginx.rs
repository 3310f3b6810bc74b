//! examples/nginx behind the real nginx, on loopback: who may passes, who may not does not, and no spelling of a path gets around it.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::build::{prefix, root};

const JOBS: &str = "/acme/vision/detector/-/jobs";
const ANA: &str = "X-Subject: user:ana@acme.io\r\nX-Groups: ml,ops\r\n";
const MODULES: &str = "/usr/lib/nginx/modules";

#[test]
fn a_gateway_lets_pass_who_may() {
    let Some(gateway) = Gateway::start("pass") else { return };
    assert_eq!(gateway.ask("GET", JOBS, ANA), (200, "the backend\n".to_owned()));
    assert_eq!(gateway.ask("DELETE", &format!("{JOBS}/7"), ANA).0, 200);
    let refused = |method: &str, path: &str, headers: &str, reason: &str| {
        let (status, body) = gateway.ask(method, path, headers);
        assert_eq!(
            (status, body.trim()),
            (403, &*format!("{{\"decision\":\"deny\",\"reason\":\"{reason}\"}}")),
            "{path}"
        );
    };
    refused("GET", JOBS, "X-Subject: user:ben@acme.io\r\n", "unknown_subject");
    refused("GET", "/acme/audio/-/jobs", ANA, "unknown_scope");
    refused("GET", "/other/vision/-/jobs", ANA, "unknown_scope");
    refused("GET", "/acme/vision/-/departments", ANA, "unknown_kind");
    refused("GET", JOBS, "", "invalid_request");
    refused("GET", JOBS, "X-Subject: user:\u{7f}\r\n", "invalid_request");
    refused("GET", JOBS, &format!("{ANA}X-Subject: user:ben@acme.io\r\n"), "invalid_request");
    refused("GET", JOBS, &format!("{ANA}X-Groups: admins\r\n"), "invalid_request");
    refused("OPTIONS", JOBS, ANA, "invalid_request");
}

#[test]
fn no_spelling_of_a_path_gets_around_it() {
    let Some(gateway) = Gateway::start("tricks") else { return };
    let tricks = [
        "//acme/vision/detector/-/jobs",
        "/acme//vision/detector/-/jobs",
        "/acme/vision/detector//-/jobs",
        "/acme/vision/%64etector/-/jobs",
        "/acme/vision%2Fdetector/-/jobs",
        "/acme/vision/detector/-/jobs%00",
        "/acme/vision/./detector/-/jobs",
        "/acme/vision/x/../detector/-/jobs",
        "/acme/vision/detector/-/jobs/..",
        "/acme/vision/detector/-/jobs/../../../../-/jobs",
        "/acme/vision/detector/-/jobs;x=1",
        "/acme/vision/detector;v=1/-/jobs",
        "/ACME/vision/detector/-/jobs",
        "/acme/vision/detector/-/JOBS",
        "/acme/vision/detector/-/jobs/",
        "/acme/vision/detector/-/jobs/7/more",
        "/acme/vision/detector/-/jobs/%37",
        "/acme/vision/detector\\-\\jobs",
        "/acme/vision/detector/-/jobs/7/-/jobs",
        "/-/jobs",
        "/",
    ];
    for path in tricks {
        // What nginx itself cannot read it answers with 400.
        let (status, _) = gateway.ask("GET", path, ANA);
        assert!([400, 403].contains(&status), "{path}: {status}");
    }
    assert_eq!(gateway.ask("GET", &format!("{JOBS}?scope=/other/../x;%2F"), ANA).0, 200, "a query is no path");
}

#[test]
fn a_revoked_rule_is_refused_while_requests_go_on() {
    let Some(gateway) = Gateway::start("revoke") else { return };
    let is_over = AtomicBool::new(false);
    let text = fs::read_to_string(gateway.dir.join("policy.yaml")).unwrap();
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| {
            let mut n_answers = [0_u32; 2];
            while !is_over.load(Ordering::SeqCst) {
                match gateway.ask("GET", JOBS, ANA).0 {
                    200 => n_answers[0] += 1,
                    403 => n_answers[1] += 1,
                    other => panic!("{other}"),
                }
            }
            n_answers
        });
        assert_eq!(gateway.ask("GET", JOBS, ANA).0, 200);
        // A policy that is refused changes nothing.
        gateway.reload("roles: [");
        gateway.wait_for("a refused policy is told", || {
            fs::read_to_string(gateway.dir.join("error.log")).unwrap().contains("error[P")
        });
        assert_eq!(gateway.ask("GET", JOBS, ANA).0, 200);
        gateway.reload(&text.replace("user:ana@acme.io", "user:ben@acme.io"));
        gateway.wait_for("the rule is revoked", || gateway.ask("GET", JOBS, ANA).0 == 403);
        is_over.store(true, Ordering::SeqCst);
        let [n_allowed, n_refused] = asking.join().unwrap();
        println!("{n_allowed} requests passed before, {n_refused} were refused after, none was dropped");
    });
    // A worker of before may answer one more before it hears that it is to end.
    gateway.wait_for("the new rule holds", || gateway.ask("GET", JOBS, "X-Subject: user:ben@acme.io\r\n").0 == 200);
}

#[test]
fn what_the_check_costs_is_told() {
    let Some(gateway) = Gateway::start("cost") else { return };
    let spent_on = |port| {
        let before = gateway.processor_time();
        ask_often(port);
        (gateway.processor_time() - before) / f64::from(N_REQUESTS)
    };
    let rounds: Vec<(f64, f64)> = (0..ROUNDS).map(|_| (spent_on(gateway.port), spent_on(gateway.port + 1))).collect();
    let middle = |of: fn(&(f64, f64)) -> f64| {
        let mut all: Vec<f64> = rounds.iter().map(of).collect();
        all.sort_by(f64::total_cmp);
        all[all.len() / 2]
    };
    let (with, without, share) = (middle(|it| 1.0 / it.0), middle(|it| 1.0 / it.1), middle(|it| it.1 / it.0));
    println!(
        "requests in a second of nginx's processor time: {without:.0} without the check, {with:.0} with it: {:.1} % less",
        100.0 - 100.0 * share
    );
    assert!(0.0 < with);
}

/// How often each port is asked in turn, and how many requests each time; of each pair of turns the two are compared, and the
/// middle is told, for a machine that others share is faster at one time than at another. A gateway at its limit answers as many requests in a
/// second as its processor time allows; on the clock, one connection mostly waits for its turn on the processor.
const ROUNDS: u32 = 100;
const N_REQUESTS: u32 = 200;

/// Has requests answered, one after the other.
fn ask_often(port: u16) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let request = format!("GET {JOBS} HTTP/1.1\r\nHost: x\r\n{ANA}\r\n");
    for _ in 0..N_REQUESTS {
        stream.write_all(request.as_bytes()).unwrap();
        assert_eq!(answer(&mut reader).0, 200);
    }
}

/// A running nginx.
struct Gateway {
    nginx: Child,
    dir: PathBuf,
    port: u16,
}

impl Gateway {
    /// Starts nginx; nothing where it is not installed, which is said.
    fn start(name: &str) -> Option<Self> {
        if !is_installed() {
            return None;
        }
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("nginx-{name}"));
        fs::create_dir_all(&dir).unwrap();
        let policy = dir.join("policy.yaml");
        fs::copy(root().join("policies/five-lines.yaml"), &policy).unwrap();
        let port = three_ports();
        let mut config = fs::read_to_string(root().join("examples/nginx/nginx.conf")).unwrap();
        for (word, value) in [
            ("modules/", format!("{MODULES}/")),
            ("PREFIX", prefix().display().to_string()),
            ("EXAMPLE", root().join("examples/nginx").display().to_string()),
            ("POLICY", policy.display().to_string()),
            ("PORT0", port.to_string()),
            ("PORT1", (port + 1).to_string()),
            ("PORT2", (port + 2).to_string()),
        ] {
            // The comment on top names the words.
            let (comment, rest) = config.split_once("\n\n").unwrap();
            config = format!("{comment}\n\n{}", rest.replace(word, &value));
        }
        fs::write(dir.join("nginx.conf"), config).unwrap();
        let mut command = Command::new("nginx");
        command.arg("-p").arg(&dir).args(["-c", "nginx.conf", "-g", "daemon off;"]);
        let nginx = command.stdin(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let gateway = Self { nginx, dir, port };
        gateway.wait_for("nginx listens", || TcpStream::connect(("127.0.0.1", port)).is_ok());
        Some(gateway)
    }

    fn reload(&self, policy: &str) {
        fs::write(self.dir.join("policy.new"), policy).unwrap();
        fs::rename(self.dir.join("policy.new"), self.dir.join("policy.yaml")).unwrap();
        assert!(Command::new("kill").args(["-HUP", &self.nginx.id().to_string()]).status().unwrap().success());
    }

    /// Returns the seconds of processor time that its workers took.
    fn processor_time(&self) -> f64 {
        let master = self.nginx.id();
        let workers = fs::read_to_string(format!("/proc/{master}/task/{master}/children")).unwrap();
        let spent = workers.split_whitespace().map(|worker| {
            let stat = fs::read_to_string(format!("/proc/{worker}/schedstat")).unwrap();
            stat.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e9
        });
        spent.sum()
    }

    fn wait_for(&self, what: &str, is_so: impl Fn() -> bool) {
        let start = Instant::now();
        while !is_so() {
            assert!(start.elapsed() < Duration::from_secs(60), "not in a minute: {what}");
            std::thread::yield_now();
        }
    }

    /// Asks on a connection of its own, and returns the status and the body.
    fn ask(&self, method: &str, path: &str, headers: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        write!(stream, "{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n").unwrap();
        answer(&mut BufReader::new(stream))
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.nginx.id().to_string()).status();
        let _ = self.nginx.wait();
    }
}

/// Reads an answer.
fn answer(reader: &mut impl BufRead) -> (u16, String) {
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let status = line.split(' ').nth(1).unwrap_or_else(|| panic!("no answer: {line:?}")).parse().unwrap();
    let mut length = None;
    let mut is_chunked = false;
    loop {
        line.clear();
        reader.read_line(&mut line).unwrap();
        let header = line.trim().to_ascii_lowercase();
        if header.is_empty() {
            break;
        }
        length = header.strip_prefix("content-length: ").map_or(length, |digits| digits.parse::<usize>().ok());
        is_chunked |= header == "transfer-encoding: chunked";
    }
    let mut body = String::new();
    if is_chunked {
        loop {
            line.clear();
            reader.read_line(&mut line).unwrap();
            let n = usize::from_str_radix(line.trim(), 16).unwrap();
            let mut chunk = vec![0; n + 2];
            reader.read_exact(&mut chunk).unwrap();
            if n == 0 {
                break;
            }
            body.push_str(std::str::from_utf8(&chunk[..n]).unwrap());
        }
    } else {
        let mut bytes = vec![0; length.unwrap_or(0)];
        reader.read_exact(&mut bytes).unwrap();
        body = String::from_utf8(bytes).unwrap();
    }
    (status, body)
}

/// Returns the first of three ports on which nobody listens.
fn three_ports() -> u16 {
    loop {
        let first = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let is_free = |port: u16| TcpListener::bind(("127.0.0.1", port)).is_ok();
        if first < u16::MAX - 2 && is_free(first + 1) && is_free(first + 2) {
            return first;
        }
    }
}

fn is_installed() -> bool {
    let is_there = Command::new("nginx").arg("-v").output().is_ok_and(|output| output.status.success())
        && Path::new(MODULES).join("ngx_http_lua_module.so").exists();
    if !is_there {
        assert!(
            std::env::var_os("CI").is_none(),
            "nginx is missing: apt-get install nginx-light libnginx-mod-http-lua"
        );
        println!("SKIPPED: nginx is missing: apt-get install nginx-light libnginx-mod-http-lua");
    }
    is_there
}
