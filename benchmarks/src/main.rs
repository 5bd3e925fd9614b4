//! Makes up logs of any size with known truth, and measures waytrace beside other tools.

mod compare;
mod generate;
mod jobs;
mod measure;
mod ratios;
mod table;
mod work;

use clap::{Args, Parser, Subcommand};
use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Parser)]
#[command(about, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write a made-up log, and its truth beside it as FILE.truth.json
    Generate {
        file: PathBuf,
        #[command(flatten)]
        log: Log,
    },
    /// Measure waytrace and the other tools side by side, and print the table
    Compare {
        #[command(flatten)]
        log: Log,
        /// How often each is measured; the median counts
        #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..))]
        runs: u8,
        /// Where logs are made up; they take twice the size
        #[arg(long, value_name = "FOLDER")]
        folder: Option<PathBuf>,
        /// Put the table into this document, between its marks
        #[arg(long, value_name = "FILE")]
        write: Option<PathBuf>,
    },
    /// Fail if a ratio is clearly worse than the recorded one
    Ratios {
        /// Record the ratios of this run in place of comparing them
        #[arg(long)]
        record: bool,
    },
    /// Count the lines of a file as fast as they can be counted, several times over
    #[command(hide = true)]
    Count { file: PathBuf, times: u32 },
    /// Inflate a file several times over and do nothing with it
    #[command(hide = true)]
    Inflate { file: PathBuf, times: u32 },
}

/// The log to make up.
#[derive(Args, Clone)]
struct Log {
    /// Size: a number of bytes, or one with KiB, MiB or GiB
    #[arg(long, default_value = "64MiB", value_parser = size)]
    size: u64,
    /// The same seed gives the same log
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Share of proxied requests among all that begins
    #[arg(long, default_value_t = 4)]
    proxy: u32,
    /// Share of SIP dialogues
    #[arg(long, default_value_t = 2)]
    sip: u32,
    /// Share of what other processes write
    #[arg(long, default_value_t = 6)]
    noise: u32,
    /// Requests that meet a bad certificate, of a thousand
    #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u32).range(..=1000))]
    failing: u32,
}

impl Log {
    fn settings(&self) -> generate::Settings {
        let Self { size, seed, proxy, sip, noise, failing } = *self;
        generate::Settings { size, seed, proxy, sip, noise, failing }
    }
}

fn size(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let shift = match &text[digits.len()..] {
        "" | "B" => 0,
        "KiB" => 10,
        "MiB" => 20,
        "GiB" => 30,
        other => return Err(format!("{other:?} is no unit; write KiB, MiB or GiB")),
    };
    let number: u64 = digits.parse().map_err(|_| format!("{digits:?} is no number"))?;
    number
        .checked_shl(shift)
        .filter(|size| size >> shift == number)
        .ok_or_else(|| "that is too much".to_owned())
}

#[expect(clippy::print_stderr, reason = "the one place where an error is told")]
fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Generate { file, log } => generate(&file, &log.settings()).map(|_| true),
        Command::Compare { log, runs, folder, write } => {
            compare::run(&log.settings(), runs.into(), folder.as_deref(), write.as_deref()).map(|()| true)
        }
        Command::Ratios { record } => ratios::run(record),
        Command::Count { file, times } => work::count(&file, times).map(|_| true).map_err(Into::into),
        Command::Inflate { file, times } => work::inflate(&file, times).map(|_| true).map_err(Into::into),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Writes a log and its truth.
fn generate(file: &Path, settings: &generate::Settings) -> Result<generate::Truth, Box<dyn Error>> {
    let told = |error| format!("{}: {error}", file.display());
    let mut out = BufWriter::with_capacity(1 << 20, File::create(file).map_err(told)?);
    let truth = generate::write(settings, &mut out).map_err(told)?;
    out.flush().map_err(told)?;
    let mut beside = file.as_os_str().to_owned();
    beside.push(".truth.json");
    fs::write(beside, format!("{:#}\n", truth.to_json(settings)))?;
    Ok(truth)
}
