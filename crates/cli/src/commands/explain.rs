//! `waytrace explain`

use crate::args::Explain;
use crate::exit::{Exit, Failure};
use crate::output::{options, say};
use waytrace::Catalogue;
use waytrace::render::text;

pub(crate) fn run(args: &Explain) -> Result<Exit, Failure> {
    match waytrace::explain(&Catalogue::built_in(), &args.id) {
        Ok(entry) => say(&text::entry(&entry, &options(args.shown.color)))?,
        Err(near) => {
            let hint =
                if near.is_empty() { String::new() } else { format!("; there are {} …", near.join(", ")) };
            return Err(Failure::Usage(format!("no problem has the id `{}`{hint}", args.id)));
        }
    }
    Ok(Exit::Clean)
}
