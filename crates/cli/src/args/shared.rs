//! Arguments that several commands have.

use super::Color;
use clap::Args as ClapArgs;
use std::path::PathBuf;

/// Which problems are looked for.
#[derive(Debug, ClapArgs)]
pub(crate) struct Known {
    /// Own signatures beside the built-in ones; may be repeated
    #[arg(long, value_name = "DIR")]
    pub(crate) signatures: Vec<PathBuf>,

    /// Do not look for this problem; may be repeated
    #[arg(long, value_name = "ID")]
    pub(crate) disable: Vec<String>,

    /// Give a problem another severity, such as TLS-012=warning; may be repeated
    #[arg(long, value_name = "ID=LEVEL")]
    pub(crate) severity: Vec<String>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Shown {
    /// Language of the texts: en, es, fr, de
    #[arg(long, value_name = "LANGUAGE", default_value = "en")]
    pub(crate) lang: String,

    /// When to use colours
    #[arg(long, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub(crate) color: Color,
}
