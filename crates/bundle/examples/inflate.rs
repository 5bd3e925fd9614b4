//! Measures what walking costs beside the bare library: a log in a `.tar.gz`, inflated by `flate2` alone, and handed
//! out by a walk whose visitor only counts. Both take turns in one run; the median of each counts.
//!
//! `cargo run --release -p waytrace-bundle --example inflate [mebibytes, or a .tar.gz]`

#![expect(clippy::print_stdout, reason = "an example prints what it measured")]

use flate2::bufread::MultiGzDecoder;
use flate2::{Compression, write::GzEncoder};
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;
use std::time::Instant;
use waytrace_bundle::{Member, Options, Source, Unread, Visitor, visit_one};

/// How much the visitor and the bare loop take at once: as much as the analysis does.
const CHUNK: usize = 256 * 1024;

/// How often each way takes its turn.
const ROUNDS: usize = 7;

struct Counter(u64);

impl Visitor for Counter {
    fn member(&mut self, _: &Member, content: &mut dyn Read) -> io::Result<()> {
        self.0 += count(content)?;
        Ok(())
    }

    fn unread(&mut self, unread: Unread) {
        println!("{unread}");
    }
}

fn count(source: &mut dyn Read) -> io::Result<u64> {
    let mut buffer = vec![0; CHUNK];
    let mut all = 0;
    loop {
        match source.read(&mut buffer)? {
            0 => return Ok(all),
            count => all += count as u64,
        }
    }
}

fn main() -> io::Result<()> {
    let given = std::env::args().nth(1);
    let size = given.as_ref().map_or(Some(256), |number| number.parse::<u64>().ok());
    let folder = tempfile::tempdir()?;
    let path = match (given, size) {
        (Some(path), None) => path.into(),
        _ => folder.path().join("log.tar.gz"),
    };
    if let Some(size) = size {
        write(&path, size << 20)?;
    }
    let size = bare(&path)?;
    let packed = path.metadata()?.len();
    println!("{size} bytes of log in {packed} bytes, {} times smaller", size / packed);
    let ways: [fn(&Path) -> io::Result<u64>; 3] =
        [bare, |path| Ok(walk(path, false)), |path| Ok(walk(path, true))];
    let mut times = [const { Vec::new() }; 3];
    for _ in 0..ROUNDS {
        for (times, way) in times.iter_mut().zip(ways) {
            let begun = Instant::now();
            let bytes = way(&path)?;
            times.push(begun.elapsed());
            // The walk counts content, the bare library headers and padding too.
            assert!(bytes + (1 << 20) > size, "all of it");
        }
    }
    let [bare, walk, ahead] = times.map(|mut times| {
        times.sort();
        times[ROUNDS / 2].as_secs_f64()
    });
    let rate = |seconds: f64| f64::from(u32::try_from(size >> 20).unwrap_or(u32::MAX)) / seconds;
    println!("flate2 alone  {bare:.3} s, {:.0} MiB/s", rate(bare));
    println!("walk          {walk:.3} s, {:.3} times as long", walk / bare);
    println!("walk, ahead   {ahead:.3} s, {:.3} times as long", ahead / bare);
    Ok(())
}

fn bare(path: &Path) -> io::Result<u64> {
    count(&mut MultiGzDecoder::new(BufReader::with_capacity(128 * 1024, File::open(path)?)))
}

fn walk(path: &Path, ahead: bool) -> u64 {
    let mut options = Options::default();
    options.ahead = ahead;
    let mut counter = Counter(0);
    let _ = visit_one(&Source::Path(path.to_owned()), &options, &mut counter);
    counter.0
}

/// Writes a log of made-up lines, about as well packed as logs are.
fn write(path: &Path, size: u64) -> io::Result<()> {
    let mut block = String::new();
    let mut state = 7_u64;
    while block.len() < 8 << 20 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let (a, b) = (state >> 56, state >> 60);
        let _ = writeln!(
            block,
            "2024-03-05T10:15:{:02}.{:03}+01:00 expc traffic_server[{b}]: Event=\"Sending HTTP error response\" \
             Status=\"502\" Txn-id=\"{a}\" Level=\"INFO\" UTCTime=\"2024-03-05 09:15:30,000\"",
            a % 60,
            a
        );
    }
    let mut out = tar::Builder::new(GzEncoder::new(File::create(path)?, Compression::default()));
    let mut header = tar::Header::new_gnu();
    header.set_size(size);
    header.set_mode(0o644);
    let blocks = usize::try_from(size).unwrap_or(usize::MAX).div_ceil(block.len());
    let content = (0..blocks)
        .fold(Box::new(io::empty()) as Box<dyn Read>, |before, _| Box::new(before.chain(block.as_bytes())));
    out.append_data(&mut header, "loggingsnapshot_expc.txt", content.take(size))?;
    out.into_inner()?.finish()?;
    Ok(())
}
