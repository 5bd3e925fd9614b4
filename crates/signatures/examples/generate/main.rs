//! Makes up a log of Traffic Server with known truth: `generate OUT.log [--name value]…`.
//!
//! Beside `OUT.log` it writes `OUT.units.tsv`, one row for each failed handshake that left a line, and `OUT.txns.tsv`,
//! one row for each transaction.

mod tables;
#[allow(dead_code, reason = "what only the test asks for")]
mod traffic;

use std::error::Error;
use std::path::PathBuf;
use traffic::settings::{Release, Settings};
use traffic::target::Cause;

/// What can be said, shown when something else was.
const USAGE: &str = "\
generate OUT.log [--name value]...
  --seed N             the same seed gives the same log (1)
  --seconds N          length of the log (30)
  --transactions N     requests at most
  --concurrency N      clients, 1 to 200 (50)
  --pause N            mean pause of a client in milliseconds (450)
  --share CAUSE=N      weight of a cause; may be repeated. Causes: success self-signed unknown-ca expired name
                       alert-unknown-ca wrong-version fin refused
  --servers N          ordinary servers of each cause (2)
  --three-ports on     one host with a self-signed, an expired and a good port
  --ip-targets on      servers asked for by their address
  --round-robin on     one host with two addresses
  --release 8|9        Traffic Server 8.x or 9.2 (8)
  --known-attempts N   attempts on an origin that failed within the last minute (1)
  --separate-paths on  lines with and without a Txn-id take different ways into the log
  --twins off          every step at DEBUG as well
  --allowed on         events of the allow list
  --restart-every N    seconds between restarts of traffic_server (0: never)
  --lost N             lines lost, of ten thousand (0)
  --edge off           the log of the Expressway-E as well
  --noise N            lines of other processes for a hundred requests (30)";

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let out = words.next().filter(|word| !word.starts_with("--")).ok_or(USAGE)?;
    let mut settings = Settings::default();
    while let Some(name) = words.next() {
        let value = words.next().ok_or(USAGE)?;
        set(&mut settings, &name, &value)?;
    }
    if !(1..=200).contains(&settings.concurrency) {
        return Err("--concurrency is 1 to 200".into());
    }
    let traffic = traffic::generate(&settings);
    let out = PathBuf::from(out);
    std::fs::write(&out, &traffic.log)?;
    std::fs::write(out.with_extension("units.tsv"), tables::units(&traffic.truth))?;
    std::fs::write(out.with_extension("txns.tsv"), tables::transactions(&traffic.truth))?;
    Ok(())
}

fn set(settings: &mut Settings, name: &str, value: &str) -> Result<(), Box<dyn Error>> {
    match name {
        "--seed" => settings.seed = value.parse()?,
        "--seconds" => settings.seconds = value.parse()?,
        "--transactions" => settings.transactions = value.parse()?,
        "--concurrency" => settings.concurrency = value.parse()?,
        "--pause" => settings.pause = value.parse()?,
        "--servers" => settings.servers = value.parse()?,
        "--known-attempts" => settings.known_attempts = value.parse()?,
        "--restart-every" => settings.restart_every = value.parse()?,
        "--lost" => settings.lost = value.parse()?,
        "--noise" => settings.noise = value.parse()?,
        "--three-ports" => settings.three_ports = switch(value)?,
        "--ip-targets" => settings.ip_targets = switch(value)?,
        "--round-robin" => settings.round_robin = switch(value)?,
        "--separate-paths" => settings.separate_paths = switch(value)?,
        "--twins" => settings.twins = switch(value)?,
        "--allowed" => settings.allowed = switch(value)?,
        "--edge" => settings.edge = switch(value)?,
        "--share" => share(settings, value)?,
        "--release" => settings.release = release(value)?,
        _ => return Err(USAGE.into()),
    }
    Ok(())
}

fn switch(value: &str) -> Result<bool, &'static str> {
    match value {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err("on or off"),
    }
}

fn release(value: &str) -> Result<Release, &'static str> {
    match value {
        "8" => Ok(Release::Eight),
        "9" => Ok(Release::Nine),
        _ => Err("--release is 8 or 9"),
    }
}

fn share(settings: &mut Settings, value: &str) -> Result<(), Box<dyn Error>> {
    let (name, share) = value.split_once('=').ok_or("--share is CAUSE=N")?;
    let cause = Cause::ALL.into_iter().find(|cause| cause.name() == name).ok_or("no such cause")?;
    settings.shares.retain(|(known, _)| *known != cause);
    settings.shares.push((cause, share.parse()?));
    Ok(())
}
