//! Ceilings on archives: from flags to the library, and from its refusals back to the flag that raises them.

use crate::args;
use waytrace::{Ceilings, Report};

/// Names of ceilings as refusals write them, and their flags.
const FLAGS: &[(&str, &str)] = &[
    ("members", "--max-members"),
    ("depth", "--max-depth"),
    ("ratio", "--max-ratio"),
    ("inflated", "--max-inflated"),
    ("held", "--max-held"),
    ("folders", "--max-folders"),
];

/// The ceilings that a user asks for.
pub(crate) fn asked(flags: &args::Ceilings) -> Ceilings {
    let mut ceilings = Ceilings::default();
    ceilings.members = flags.members.unwrap_or(ceilings.members);
    ceilings.depth = flags.depth.unwrap_or(ceilings.depth);
    ceilings.ratio = flags.ratio.unwrap_or(ceilings.ratio);
    ceilings.inflated = flags.inflated.unwrap_or(ceilings.inflated);
    ceilings.held = flags.held.unwrap_or(ceilings.held);
    ceilings.folders = flags.folders.unwrap_or(ceilings.folders);
    ceilings
}

/// Puts the flag beside each ceiling that a text names. The library does not know what its callers' flags are called.
pub(crate) fn with_flags(text: &str) -> String {
    FLAGS.iter().fold(text.to_owned(), |text, (name, flag)| {
        text.replace(&format!("the ceiling of `{name}`"), &format!("the ceiling of `{flag}`"))
    })
}

/// The same in all reasons of a report.
pub(crate) fn name_flags(report: &mut Report) {
    for unread in &mut report.unread {
        unread.reason = with_flags(&unread.reason);
    }
}

#[cfg(test)]
mod tests {
    use super::FLAGS;
    use crate::args::Args;
    use clap::CommandFactory;

    #[test]
    fn every_flag_can_be_typed() {
        let command = Args::command();
        for (name, flag) in FLAGS {
            let known = command.get_arguments().any(|arg| arg.get_long() == flag.strip_prefix("--"));
            assert!(known, "{name}: {flag}");
        }
    }
}
