//! Prints the JSON Schema of the documents, for editors.

#![expect(clippy::print_stdout, reason = "printing is what this program is for")]

fn main() {
    println!("{}", bailiwick::document::schema());
}
