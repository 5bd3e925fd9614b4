//! Conditions that need memory, and so are code. A signature names one with `detector = "…"`.

/// A detector that signatures can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detector {
    /// A log breaks off inside a record.
    LogCutOff,
    /// A long stretch of a log has no record.
    LogGap,
    /// Lines of the proxy, and none of its steps.
    LogLevelsLow,
    /// A request was under way when the log began.
    LogStartsLate,
    /// One port of a server is refused while another one of it works.
    PortContrast,
}

/// Every detector with its name, sorted.
const TABLE: &[(&str, Detector)] = &[
    ("log-cut-off", Detector::LogCutOff),
    ("log-gap", Detector::LogGap),
    ("log-levels-low", Detector::LogLevelsLow),
    ("log-starts-late", Detector::LogStartsLate),
    ("port-contrast", Detector::PortContrast),
];

/// Every detector's name.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|(name, _)| *name)
}

/// The detector with this name.
pub(crate) fn named(name: &str) -> Option<Detector> {
    TABLE.iter().find(|(known, _)| *known == name).map(|(_, detector)| *detector)
}

#[cfg(test)]
mod tests {
    use super::TABLE;

    #[test]
    fn the_table_is_sorted_and_unique() {
        assert!(TABLE.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }
}
