//! How fast a sender may send.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// How many senders are remembered. When there are more, those that were quiet longest are forgotten: they have their
/// whole burst again then anyway.
const SENDERS: usize = 4096;
/// How long a burst may be, in seconds at the full rate.
const BURST: f64 = 2.0;

/// A bucket of tokens for each address.
#[derive(Debug)]
pub(crate) struct Rates {
    rate: f64,
    buckets: Mutex<HashMap<IpAddr, Bucket>>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    tokens: f64,
    seen: Instant,
}

impl Rates {
    pub(crate) fn new(rate: u32) -> Self {
        Self { rate: f64::from(rate.max(1)), buckets: Mutex::new(HashMap::new()) }
    }

    /// Whether a sender may send one more message now.
    pub(crate) fn allows(&self, sender: IpAddr, now: Instant) -> bool {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= SENDERS && !buckets.contains_key(&sender) {
            let mut seen: Vec<Instant> = buckets.values().map(|bucket| bucket.seen).collect();
            let (_, half, _) = seen.select_nth_unstable(SENDERS / 2);
            let half = *half;
            buckets.retain(|_, bucket| bucket.seen > half);
        }
        let full = self.rate * BURST;
        let bucket = buckets.entry(sender).or_insert(Bucket { tokens: full, seen: now });
        let elapsed = now.saturating_duration_since(bucket.seen).as_secs_f64();
        bucket.tokens = (bucket.tokens + elapsed * self.rate).min(full);
        bucket.seen = now;
        let is_allowed = bucket.tokens >= 1.0;
        if is_allowed {
            bucket.tokens -= 1.0;
        }
        is_allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_burst_passes_and_a_flood_does_not_and_others_are_not_hurt() {
        let rates = Rates::new(10);
        let (loud, quiet) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        let begin = Instant::now();
        assert_eq!((0..100).filter(|_| rates.allows(loud, begin)).count(), 20);
        assert!(rates.allows(quiet, begin));
        let later = begin + Duration::from_secs(1);
        assert_eq!((0..100).filter(|_| rates.allows(loud, later)).count(), 10);
    }

    #[test]
    fn many_senders_fill_no_memory() {
        let rates = Rates::new(1);
        let begin = Instant::now();
        for number in 0..20_000_u32 {
            rates.allows(IpAddr::from(number.to_be_bytes()), begin + Duration::from_millis(number.into()));
        }
        assert!(rates.buckets.lock().expect("nobody panicked").len() <= SENDERS);
    }
}
