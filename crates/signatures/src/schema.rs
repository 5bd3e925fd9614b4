//! What a signature file says, before anything is looked up. The only place that knows TOML.

use serde::Deserialize;
use toml::Spanned;

/// `signature.toml` as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawSignature {
    pub(crate) id: Spanned<String>,
    pub(crate) severity: RawSeverity,
    pub(crate) confidence: RawConfidence,
    pub(crate) status: RawStatus,
    pub(crate) since: String,
    #[serde(default)]
    pub(crate) products: Vec<String>,
    #[serde(default)]
    pub(crate) releases: Option<Spanned<String>>,
    /// What must be so on the box itself.
    #[serde(default, rename = "where")]
    pub(crate) gate: Vec<RawClause>,
    /// The repair is to be made on every peer of a cluster.
    #[serde(default)]
    pub(crate) on_every_peer: bool,
    #[serde(default)]
    pub(crate) any: Vec<RawCondition>,
    #[serde(default)]
    pub(crate) detector: Option<Spanned<String>>,
    #[serde(default)]
    pub(crate) with: toml::Table,
    #[serde(default)]
    pub(crate) group: RawGroup,
    /// A symptom folds under any other finding about the same server.
    #[serde(default)]
    pub(crate) symptom: bool,
    /// Ids of entries that fold under this one on the same node.
    #[serde(default)]
    pub(crate) covers: Vec<String>,
    #[serde(default)]
    pub(crate) absent: Option<RawWatch>,
    #[serde(default)]
    pub(crate) before: Option<RawWatch>,
    #[serde(default)]
    pub(crate) message: Option<RawMessage>,
    #[serde(default)]
    pub(crate) names: std::collections::BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    pub(crate) references: Vec<RawReference>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RawSeverity {
    Info,
    Warning,
    Error,
    Critical,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RawConfidence {
    Possible,
    Likely,
    Certain,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RawStatus {
    Preview,
    Stable,
    Retired,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCondition {
    pub(crate) kind: Spanned<String>,
    #[serde(default)]
    pub(crate) all: Vec<RawClause>,
    #[serde(default)]
    pub(crate) fallback: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawClause {
    pub(crate) field: Spanned<String>,
    pub(crate) is: Option<Literal>,
    pub(crate) one_of: Option<Vec<Literal>>,
    pub(crate) contains: Option<String>,
    pub(crate) starts: Option<String>,
    pub(crate) ends: Option<String>,
    pub(crate) matches: Option<String>,
    pub(crate) below: Option<i64>,
    pub(crate) above: Option<i64>,
    pub(crate) present: Option<bool>,
    #[serde(default)]
    pub(crate) not: bool,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub(crate) enum Literal {
    Flag(bool),
    Number(i64),
    Text(String),
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawGroup {
    #[serde(default)]
    pub(crate) by: Vec<Spanned<String>>,
    #[serde(default)]
    pub(crate) min: Option<u32>,
    #[serde(default)]
    pub(crate) within: Option<Spanned<String>>,
}

/// Another record that must be there, or must not.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawWatch {
    pub(crate) kind: Spanned<String>,
    #[serde(default)]
    pub(crate) all: Vec<RawClause>,
    #[serde(default)]
    pub(crate) same: Vec<Spanned<String>>,
    pub(crate) within: Spanned<String>,
    #[serde(default)]
    pub(crate) order: RawOrder,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RawOrder {
    #[default]
    After,
    Before,
}

/// A message of a web page, never in a log.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawMessage {
    pub(crate) texts: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawReference {
    pub(crate) id: String,
    pub(crate) title: String,
}

/// Reads a file; the error has the line and the column, and what was expected there.
pub(crate) fn read(text: &str) -> Result<RawSignature, toml::de::Error> {
    toml::from_str(text)
}

/// `ports.toml`: which port is which service.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawPorts {
    pub(crate) port: Vec<RawPort>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawPort {
    pub(crate) number: u16,
    pub(crate) service: String,
    pub(crate) certificate: String,
    #[serde(default)]
    pub(crate) proxied: bool,
}

/// Reads the table of ports.
pub(crate) fn read_ports(text: &str) -> Result<RawPorts, toml::de::Error> {
    toml::from_str(text)
}
