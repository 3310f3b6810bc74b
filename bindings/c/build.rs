//! Names the shared library: programs are bound to `libbailiwick.so.0`, whatever the file is called.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libbailiwick.so.0");
}
