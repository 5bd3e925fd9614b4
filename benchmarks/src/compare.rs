//! Everything side by side in one run.

use crate::generate::{Settings, Truth};
use crate::jobs::{self, Answer, Job, Kind, Places};
use crate::measure::{self, Taken, medians};
use crate::{generate, table};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::error::Error;
use std::fs::{self, File};
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// What one job came to.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) taken: Taken,
    pub(crate) verdict: &'static str,
    pub(crate) version: String,
}

/// What is measured of waytrace beside the table.
pub(crate) struct Beside {
    /// Peak in KiB on a log of 10 MiB.
    pub(crate) small_peak: u64,
    /// Until the first byte of output, on a log of 1 MB.
    pub(crate) first_byte: Duration,
}

/// The whole result.
pub(crate) struct Measured {
    pub(crate) settings: Settings,
    pub(crate) runs: usize,
    pub(crate) packed: u64,
    pub(crate) truth: Truth,
    pub(crate) rows: Vec<Row>,
    pub(crate) missing: Vec<String>,
    pub(crate) beside: Beside,
}

/// Makes the logs, measures, prints, and writes the table into a document.
pub(crate) fn run(
    settings: &Settings,
    runs: usize,
    folder: Option<&Path>,
    write: Option<&Path>,
) -> Result<(), Box<dyn Error>> {
    let folder = match folder {
        Some(folder) => tempfile::tempdir_in(folder)?,
        None => tempfile::tempdir()?,
    };
    let places = places(folder.path())?;
    tell("making up a log, and packing it");
    let truth = make(&places.log, settings)?;
    let packed = pack(&places.log, &places.packed)?;
    let python = python();
    let mut missing = Vec::new();
    let mut jobs = jobs::all(&places, &python);
    jobs.retain(|job| {
        let absent = job.needs.as_ref().filter(|(needs, _)| !jobs::is_there(needs));
        missing.extend(absent.map(|(_, how)| format!("{} (`{how}`)", job.name)));
        absent.is_none()
    });
    for missing in &missing {
        tell(&format!("SKIPPED: {missing}"));
    }
    let rows = rows(jobs, runs, &truth, folder.path())?;
    let beside = beside(&places, settings, runs, folder.path())?;
    let result = Measured { settings: *settings, runs, packed, truth, rows, missing, beside };
    let text = table::of(&result);
    show(&text);
    if let Some(document) = write {
        table::put(document, &text)?;
    }
    Ok(())
}

/// Every job, by turns: what disturbs the machine disturbs all of them.
fn rows(mut jobs: Vec<Job>, runs: usize, truth: &Truth, folder: &Path) -> io::Result<Vec<Row>> {
    let mut taken = vec![Vec::new(); jobs.len()];
    let mut verdicts = vec![""; jobs.len()];
    // One round before: files are in the cache, and answers are judged.
    for round in 0..=runs {
        for (at, job) in jobs.iter_mut().enumerate() {
            tell(&format!("round {round} of {runs}: {}", job.name));
            let ran = measure::run(&mut job.command, folder)?;
            // waytrace ends with 1 where it finds problems.
            if !matches!(ran.status, Some(0 | 1)) {
                let why = ran.errors.lines().next().unwrap_or_default();
                return Err(io::Error::other(format!("{} ended with {:?}: {why}", job.name, ran.status)));
            }
            if round == 0 {
                verdicts[at] = verdict(job.kind, &ran.output, truth);
            } else {
                taken[at].push(ran.taken);
            }
        }
    }
    let rows = jobs.into_iter().zip(taken).zip(verdicts).map(|((job, taken), verdict)| Row {
        name: job.name,
        taken: medians(&taken),
        verdict,
        version: version(job.version),
    });
    Ok(rows.collect())
}

fn verdict(kind: Kind, output: &str, truth: &Truth) -> &'static str {
    match (kind, kind.answer(output)) {
        (Kind::Floor, _) => "none",
        (_, None) => "lines only",
        (_, Some(answer)) if answer == expected(truth) => "right",
        (_, Some(answer)) => {
            let differs = differences(&answer, &expected(truth));
            tell(&format!("wrong: {differs}"));
            "**wrong**"
        }
    }
}

fn expected(truth: &Truth) -> Answer {
    let rows = truth.failed.iter();
    rows.map(|((cause, host, port), count)| (((*cause).to_owned(), (*host).to_owned(), *port), *count))
        .collect()
}

fn differences(answer: &Answer, expected: &Answer) -> String {
    let mut keys: Vec<_> = answer.keys().chain(expected.keys()).collect();
    keys.sort();
    keys.dedup();
    let differ = keys.into_iter().filter(|key| answer.get(key) != expected.get(key));
    let told = differ.map(|key| format!("{key:?}: {:?} and not {:?}", answer.get(key), expected.get(key)));
    told.collect::<Vec<_>>().join("; ")
}

fn beside(
    places: &Places,
    settings: &Settings,
    runs: usize,
    folder: &Path,
) -> Result<Beside, Box<dyn Error>> {
    let small = folder.join("small.txt");
    make(&small, &Settings { size: 10 << 20, ..*settings })?;
    let mut command = analyze(places, &small);
    let ran = (0..runs).map(|_| Ok(measure::run(&mut command, folder)?.taken));
    let small_peak = medians(&ran.collect::<io::Result<Vec<_>>>()?).peak;
    let megabyte = folder.join("megabyte.txt");
    make(&megabyte, &Settings { size: 1_000_000, ..*settings })?;
    let first = (0..4 * runs).map(|_| measure::first_byte(&mut analyze(places, &megabyte)));
    let first = first.collect::<io::Result<Vec<_>>>()?;
    Ok(Beside { small_peak, first_byte: measure::median(first).unwrap_or_default() })
}

/// The command as it is used, with its text report.
pub(crate) fn analyze(places: &Places, log: &Path) -> Command {
    let mut command = Command::new(&places.waytrace);
    command.arg("analyze").arg(log);
    command
}

/// Builds waytrace, and says where everything is.
pub(crate) fn places(folder: &Path) -> Result<Places, Box<dyn Error>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let itself = std::env::current_exe()?;
    tell("building waytrace");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.args(["build", "--release", "--locked", "--quiet", "-p", "waytrace-cli"]).current_dir(here);
    if !build.status()?.success() {
        return Err("waytrace could not be built".into());
    }
    let waytrace = itself.with_file_name("waytrace");
    if !waytrace.exists() {
        let why = "is not there; run this program with `cargo run --release`, so that both are in one folder";
        return Err(format!("{} {why}", waytrace.display()).into());
    }
    let (log, packed) = (folder.join("log.txt"), folder.join("log.tar.gz"));
    Ok(Places { log, packed, waytrace, itself, peers: here.join("peers") })
}

/// Writes a log and forgets what is beside it.
pub(crate) fn make(file: &Path, settings: &Settings) -> io::Result<Truth> {
    let mut out = io::BufWriter::with_capacity(1 << 20, File::create(file)?);
    let truth = generate::write(settings, &mut out)?;
    io::Write::flush(&mut out)?;
    Ok(truth)
}

/// Packs a log as a box does, and gives its size.
pub(crate) fn pack(log: &Path, packed: &Path) -> io::Result<u64> {
    let mut archive = tar::Builder::new(GzEncoder::new(File::create(packed)?, Compression::default()));
    let mut header = tar::Header::new_gnu();
    header.set_size(fs::metadata(log)?.len());
    header.set_mode(0o644);
    let content = BufReader::with_capacity(1 << 20, File::open(log)?);
    archive.append_data(&mut header, "loggingsnapshot_expc1.txt", content)?;
    archive.into_inner()?.finish()?;
    Ok(fs::metadata(packed)?.len())
}

/// The Python to use: that of `WAYTRACE_PYTHON`, so that searchkit can be in an environment of its own.
fn python() -> PathBuf {
    std::env::var_os("WAYTRACE_PYTHON").map_or_else(|| "python3".into(), PathBuf::from)
}

fn version(command: Option<Command>) -> String {
    let output = command.and_then(|mut command| command.output().ok());
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    text.lines().next().unwrap_or_default().trim().to_owned()
}

/// What is being done.
#[expect(clippy::print_stderr, reason = "a run takes minutes")]
pub(crate) fn tell(text: &str) {
    eprintln!("{text}");
}

#[expect(clippy::print_stdout, reason = "this program's result")]
pub(crate) fn show(text: &str) {
    println!("{text}");
}
