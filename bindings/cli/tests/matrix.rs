//! The program prints the published matrices, byte for byte.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn the_matrix_prints_as_it_was_published() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for release in ["2.13", "2.18"] {
        let policy = root.join(format!("policies/runai-{release}.yaml"));
        let mut program = Command::new(env!("CARGO_BIN_EXE_bailiwick"));
        let output = program.arg("matrix").arg("-p").arg(policy).args(["--format", "csv"]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let published = fs::read_to_string(root.join(format!("tests/data/matrix-{release}.csv"))).unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        let difference = printed.lines().zip(published.lines()).find(|(printed, published)| printed != published);
        assert_eq!(difference, None, "{release}");
        assert!(printed == published, "{release} has other line ends, or not as many rows");
    }
}
