//! Ratios that may not get clearly worse.
//!
//! Only ratios are kept, because machines differ, and of processor time where that is possible, because machines have
//! other work. Each is the median of several runs, in which both sides take turns.

use crate::compare::{analyze, make, pack, places, show, tell};
use crate::generate::Settings;
use crate::jobs::Places;
use crate::measure::{self, median};
use serde_json::{Map, Value, json};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const RUNS: usize = 7;
/// A ratio may be this many times the recorded one. Between machines it differs by about a fifth.
const ALLOWED: f64 = 1.5;
/// How often the quick ones do their work in one measurement, so that starting them does not count.
const TIMES: u32 = 12;

/// Names of the ratios, and what may be measured at most where that is fixed.
const FIRST_BYTE: &str = "milliseconds to the first byte of output, 1 MB";
const FIRST_BYTE_LIMIT: f64 = 20.0;
const MEMORY: &str = "peak memory, 200 MiB to 10 MiB";
const MEMORY_LIMIT: f64 = 1.6;

/// Measures, and compares with what is recorded or records it. Gives whether all is well.
pub(crate) fn run(record: bool) -> Result<bool, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let places = places(folder.path())?;
    let ratios = measured(&places, folder.path())?;
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("ratios.json");
    if record {
        let kept = ratios
            .iter()
            .map(|(name, ratio, _)| ((*name).to_owned(), json!((ratio * 100.0).round() / 100.0)));
        let kept: Map<String, Value> = kept.collect();
        fs::write(&document, format!("{:#}\n", Value::Object(kept)))?;
        return Ok(true);
    }
    let recorded: Value = serde_json::from_str(&fs::read_to_string(&document)?)?;
    let mut fine = true;
    for (name, ratio, fixed) in ratios {
        let known = recorded[name].as_f64();
        let limit = match (fixed, known) {
            (Some(fixed), _) => fixed,
            (None, Some(known)) => known * ALLOWED,
            (None, None) => return Err(format!("{}: {name:?} is not recorded", document.display()).into()),
        };
        let kept = ratio <= limit;
        fine &= kept;
        let verdict = if kept { "kept" } else { "CLEARLY WORSE" };
        let known = known.unwrap_or_default();
        show(&format!("{verdict}: {name}: {ratio:.2}; recorded {known:.2}, at most {limit:.2}"));
    }
    Ok(fine)
}

type Ratio = (&'static str, f64, Option<f64>);

fn measured(places: &Places, folder: &Path) -> Result<Vec<Ratio>, Box<dyn Error>> {
    let settings = Settings { size: 64 << 20, seed: 7, proxy: 4, sip: 2, noise: 6, failing: 15 };
    tell("making up logs");
    make(&places.log, &settings)?;
    pack(&places.log, &places.packed)?;
    let sized = |name: &str, size| -> Result<PathBuf, Box<dyn Error>> {
        let file = folder.join(name);
        make(&file, &Settings { size, ..settings })?;
        Ok(file)
    };
    let (small, large) = (sized("small.txt", 10 << 20)?, sized("large.txt", 200 << 20)?);
    let megabyte = sized("megabyte.txt", 1_000_000)?;
    tell("measuring");
    let mut plain = one_thread(places, &places.log);
    let mut packed = one_thread(places, &places.packed);
    let mut count = itself(places, "count", &places.log);
    let mut inflate = itself(places, "inflate", &places.packed);
    let times = f64::from(TIMES);
    let per_count = cpu_ratio(&mut plain, &mut count, folder)? * times;
    let per_inflate = cpu_ratio(&mut packed, &mut inflate, folder)? * times;
    let over_plain = cpu_ratio(&mut packed, &mut plain, folder)?;
    let [small, large] = [small, large].map(|log| peak(places, &log, folder));
    let first = (0..6 * RUNS).map(|_| measure::first_byte(&mut analyze(places, &megabyte)));
    // The least disturbed run: a start is short, and other work can only make it longer.
    let first = first.collect::<std::io::Result<Vec<_>>>()?.into_iter().min().unwrap_or_default();
    Ok(vec![
        ("CPU of analyze, plain, to counting lines by memchr", per_count, None),
        ("CPU of analyze, .tar.gz, to inflating alone", per_inflate, None),
        ("CPU of analyze, .tar.gz to plain", over_plain, None),
        (MEMORY, large? / small?, Some(MEMORY_LIMIT)),
        (FIRST_BYTE, first.as_secs_f64() * 1e3, Some(FIRST_BYTE_LIMIT)),
    ])
}

fn one_thread(places: &Places, log: &Path) -> Command {
    let mut command = analyze(places, log);
    command.args(["--threads", "1"]);
    command
}

fn itself(places: &Places, work: &str, file: &Path) -> Command {
    let mut command = Command::new(&places.itself);
    command.arg(work).arg(file).arg(TIMES.to_string());
    command
}

/// The median of the ratios of neighbouring runs: what slows the machine slows both sides of a pair.
fn cpu_ratio(ours: &mut Command, theirs: &mut Command, folder: &Path) -> std::io::Result<f64> {
    let cpu =
        |command: &mut Command| -> std::io::Result<Duration> { Ok(measure::run(command, folder)?.taken.cpu) };
    cpu(ours)?;
    let mut ratios = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        ratios.push(crate::table::ratio(cpu(ours)?, cpu(theirs)?));
    }
    ratios.sort_by(f64::total_cmp);
    Ok(ratios[RUNS / 2])
}

fn peak(places: &Places, log: &Path, folder: &Path) -> std::io::Result<f64> {
    let peaks = (0..3).map(|_| Ok(measure::run(&mut analyze(places, log), folder)?.taken.peak));
    let peak = median(peaks.collect::<std::io::Result<Vec<_>>>()?).unwrap_or_default();
    Ok(f64::from(u32::try_from(peak).unwrap_or(u32::MAX)))
}
