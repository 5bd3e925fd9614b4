//! Conditions that need memory, and so are code. A signature names one with `detector = "…"`.

/// A detector that signatures can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detector {
    /// One port of a server is refused while another one of it works.
    PortContrast,
}

/// Every detector's name, sorted.
pub(crate) const NAMES: &[&str] = &["port-contrast"];

/// The detector with this name.
pub(crate) fn named(name: &str) -> Option<Detector> {
    (name == "port-contrast").then_some(Detector::PortContrast)
}
