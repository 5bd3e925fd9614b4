//! Prints one line for each frame of a file: `cargo run --example dump -- PATH`. For looking at odd inputs by hand.
#![allow(clippy::print_stdout, reason = "this program's only business")]

use std::fs::File;
use waytrace_logparse::Reader;

fn main() -> std::io::Result<()> {
    let path = std::env::args_os().nth(1).ok_or_else(|| std::io::Error::other("a path is wanted"))?;
    let mut reader = Reader::new(File::open(path)?);
    while let Some(record) = reader.next_record()? {
        let (frame, form) = (record.frame, record.form().name());
        let head: String = record.frame.text.trim_end().escape_debug().take(400).collect();
        println!(
            "{:>6} {:<9} {:<14} {:<22} {head}",
            frame.line,
            format!("{:?}", frame.piece),
            form,
            record.event.kind()
        );
    }
    for (form, count) in reader.forms().iter() {
        println!("{count:>6} {}", form.name());
    }
    for (product, count) in reader.forms().products() {
        println!("{count:>6} {}", product.name());
    }
    Ok(())
}
