//! Prints the header, as it is made of the sources.

#![expect(clippy::print_stdout, reason = "printing is what this program is for")]

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let crate_dir = env!("CARGO_MANIFEST_DIR");
    let config = cbindgen::Config::from_file(format!("{crate_dir}/cbindgen.toml"))?;
    let mut header = Vec::new();
    cbindgen::Builder::new().with_crate(crate_dir).with_config(config).generate()?.write(&mut header);
    print!("{}", with_plain_pointers(&String::from_utf8(header)?));
    Ok(())
}

/// Writes plain pointers where the generator names our types of pointers: `const bw_str *` for `List_Str`.
fn with_plain_pointers(header: &str) -> String {
    let mut text = header.to_owned();
    let names: Vec<(String, String)> = header.lines().filter_map(alias).collect();
    for (name, pointer) in names {
        text = text.replace(&format!("typedef {pointer}{name};\n"), "").replace(&format!("{name} "), &pointer);
    }
    without_orphans(&text)
}

/// Returns the name and the pointer of a line like `typedef const bw_str *List_Str;`.
fn alias(line: &str) -> Option<(String, String)> {
    let (pointer, name) = line.strip_prefix("typedef ")?.strip_suffix(';')?.split_once('*')?;
    let is_ours = ["In_", "Out_", "List_", "Array_"].iter().any(|start| name.starts_with(start));
    is_ours.then(|| (name.to_owned(), format!("{pointer}*")))
}

/// Leaves out comments behind which nothing stands any more.
fn without_orphans(text: &str) -> String {
    let blocks: Vec<&str> = text.split("\n\n").collect();
    let is_orphan = |block: &&str| {
        let block = block.trim();
        block.starts_with("/**")
            && block.ends_with("*/")
            && block.matches("*/").count() == 1
            && block.contains("A pointer to")
    };
    blocks.into_iter().filter(|block| !is_orphan(block)).collect::<Vec<_>>().join("\n\n")
}
