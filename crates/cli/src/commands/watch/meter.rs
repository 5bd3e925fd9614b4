//! Counts of a live run: for Prometheus, for the stream, for the screen.

use crate::exit::Failure;
use crate::output::warn;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use waytrace::Live;
use waytrace_live::{Counters, Dropped, Exposition, Scrape, Unit};

/// How often the text for Prometheus is made anew.
const PERIOD: Duration = Duration::from_millis(500);
/// Ceiling on the samples of one metric that has labels from the log. What is beyond it is counted under `other`.
const SERIES: usize = 200;
/// Ceiling on the boxes whose age is told.
const NODES: usize = 64;

/// The counts, and whoever asks for them.
pub(super) struct Meter {
    counters: Arc<Counters>,
    scrape: Option<Scrape>,
    published: Option<Instant>,
    /// The longest that something waited in the queue since it was last asked.
    worst: Duration,
    /// The last wait.
    lag: Duration,
    /// When the rate was last asked, and how many records there were.
    before: (Instant, u64),
}

impl Meter {
    pub(super) fn new(counters: Arc<Counters>, metrics: Option<SocketAddr>) -> Result<Self, Failure> {
        let scrape = metrics.map(|_| Scrape::default());
        if let (Some(scrape), Some(address)) = (&scrape, metrics) {
            let failed = |error| Failure::Usage(format!("cannot serve metrics on {address}: {error}"));
            let bound = scrape.serve(address).map_err(failed)?;
            let is_near = address.ip().is_loopback();
            let reach = if is_near { "" } else { "; every machine that reaches this one can read them" };
            warn(&format!("metrics at http://{bound}/metrics{reach}"));
        }
        let before = (Instant::now(), 0);
        let (worst, lag) = (Duration::ZERO, Duration::ZERO);
        Ok(Self { counters, scrape, published: None, worst, lag, before })
    }

    pub(super) fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Notes how long something waited in the queue.
    pub(super) fn lag(&mut self, waited: Duration) {
        self.lag = waited;
        self.worst = self.worst.max(waited);
    }

    /// The longest wait in the queue since this was last asked.
    pub(super) fn worst_lag(&mut self) -> Duration {
        std::mem::take(&mut self.worst)
    }

    /// Records in a second, since this was last asked.
    #[expect(clippy::cast_precision_loss, reason = "a rate is shown in round numbers")]
    pub(super) fn rate(&mut self, records: u64) -> f64 {
        let (then, before) = std::mem::replace(&mut self.before, (Instant::now(), records));
        let seconds = then.elapsed().as_secs_f64().max(0.001);
        ((records - before.min(records)) as f64 / seconds * 10.0).round() / 10.0
    }

    /// What was not taken, in words; nothing if all was.
    pub(super) fn drops(&self) -> Vec<String> {
        let all = Dropped::all().map(|why| (why, self.counters.dropped(why)));
        all.filter(|(_, count)| *count > 0)
            .map(|(why, count)| format!("not taken so far: {count} {}", why.words()))
            .collect()
    }

    /// Makes the text for Prometheus anew, if somebody may ask and it is time.
    pub(super) fn publish(&mut self, live: &Live, now: bool) {
        let Some(scrape) = &self.scrape else { return };
        if !now && self.published.is_some_and(|then| then.elapsed() < PERIOD) {
            return;
        }
        scrape.put(self.exposition(live));
        self.published = Some(Instant::now());
    }

    #[expect(clippy::cast_precision_loss, reason = "Prometheus has no other numbers")]
    fn exposition(&self, live: &Live) -> String {
        let (mut out, coverage) = (Exposition::default(), live.coverage());
        let plain: [(&str, &str, Unit, f64); 7] = [
            ("waytrace_records_total", "Log records analysed.", Unit::Counter, coverage.records as f64),
            ("waytrace_bytes_total", "Bytes of log analysed.", Unit::Counter, coverage.bytes as f64),
            (
                "waytrace_messages_total",
                "Syslog messages taken.",
                Unit::Counter,
                self.counters.messages() as f64,
            ),
            (
                "waytrace_connections",
                "Syslog connections that are open.",
                Unit::Gauge,
                self.counters.open() as f64,
            ),
            (
                "waytrace_connections_total",
                "Syslog connections accepted.",
                Unit::Counter,
                self.counters.connections() as f64,
            ),
            (
                "waytrace_dropped_proofs_total",
                "Proofs not kept because there are too many problems.",
                Unit::Counter,
                live.dropped_proofs() as f64,
            ),
            (
                "waytrace_queue_lag_seconds",
                "How long the last portion waited between being read and being analysed.",
                Unit::Gauge,
                self.lag.as_secs_f64(),
            ),
        ];
        for (name, help, unit, value) in plain {
            out.metric(name, help, unit).sample(name, &[], value);
        }
        let name = "waytrace_dropped_total";
        out.metric(name, "What was not taken from senders, by reason.", Unit::Counter);
        for why in Dropped::all() {
            out.sample(name, &[("reason", why.word())], self.counters.dropped(why) as f64);
        }
        failures(&mut out, live);
        age(&mut out, live);
        out.text()
    }
}

/// How often each problem was proven.
#[expect(clippy::cast_precision_loss, reason = "Prometheus has no other numbers")]
fn failures(out: &mut Exposition, live: &Live) {
    let name = "waytrace_problem_proofs_total";
    out.metric(name, "How often each problem was proven, by entry, box and target.", Unit::Counter);
    let mut others: HashMap<(&str, &'static str), u64> = HashMap::new();
    // The first ones keep their series: one that changes its labels would look like a counter that began anew.
    for (at, tally) in live.tallies().enumerate() {
        let severity = waytrace::render::severity_word(tally.severity);
        if at >= SERIES {
            *others.entry((tally.id, severity)).or_default() += tally.times;
            continue;
        }
        let target = match tally.port {
            Some(port) => format!("{}:{port}", tally.host),
            None => tally.host.to_owned(),
        };
        let labels = [("id", tally.id), ("severity", severity), ("node", tally.node), ("target", &target)];
        out.sample(name, &labels, tally.times as f64);
    }
    let mut others: Vec<_> = others.into_iter().collect();
    others.sort_unstable();
    for ((id, severity), times) in others {
        let labels = [("id", id), ("severity", severity), ("node", "other"), ("target", "other")];
        out.sample(name, &labels, times as f64);
    }
}

/// How old the newest record of each box is, by this machine's clock and the box's.
#[expect(clippy::cast_precision_loss, reason = "Prometheus has no other numbers")]
fn age(out: &mut Exposition, live: &Live) {
    let name = "waytrace_log_age_seconds";
    out.metric(name, "Age of the newest record of a box; both clocks must be right.", Unit::Gauge);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    for (node, newest) in live.newest().take(NODES) {
        let Some(newest) = newest else { continue };
        out.sample(name, &[("node", node)], now.as_secs_f64() - newest as f64 / 1000.0);
    }
}
