//! Numbers from a seed: the same seed gives the same log.

/// A generator of numbers (SplitMix64).
#[derive(Debug)]
pub(crate) struct Dice(u64);

/// A spread of values in pieces: how much each piece weighs, its lowest and its highest value.
pub(crate) type Spread = [(u64, u64, u64)];

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `sides`.
    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        self.next() % sides.max(1)
    }

    /// Whether something happens that happens `of` times in ten thousand.
    pub(crate) fn happens(&mut self, of: u64) -> bool {
        self.roll(10_000) < of
    }

    /// A value of a spread.
    pub(crate) fn of(&mut self, spread: &Spread) -> u64 {
        let mut left = self.roll(spread.iter().map(|(weight, ..)| weight).sum());
        for (weight, low, high) in spread {
            if left < *weight {
                return low + self.roll(high - low + 1);
            }
            left -= weight;
        }
        0
    }

    /// One of several; `None` of none.
    pub(crate) fn pick<'t, T>(&mut self, several: &'t [T]) -> Option<&'t T> {
        let at = usize::try_from(self.roll(several.len() as u64)).unwrap_or(0);
        several.get(at)
    }

    /// A tracking id.
    pub(crate) fn uuid(&mut self) -> String {
        let (high, low) = (self.next(), self.next());
        format!(
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xFFFF,
            high & 0xFFFF,
            low >> 48,
            low & 0xFFFF_FFFF_FFFF
        )
    }
}
