//! Problems that are one for the engineer: what several entries say about one server and one certificate.

use crate::report::Problem;
use indexmap::{IndexMap, IndexSet};

/// Findings that one repair concerns, with what they did to people.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Group {
    /// Positions in [`crate::Report::findings`], the gravest first.
    pub findings: Vec<usize>,
    /// Server; empty where the finding is about none.
    pub host: String,
    /// Ports that are touched, in rising order.
    pub ports: Vec<u16>,
    /// Certificate of the server that is at fault, in words, if the port tells.
    pub certificate: Option<String>,
    /// Different users that any of the findings touched.
    pub users: u64,
    /// Different requests that any of them touched. Where a finding touched more than are kept, the largest count.
    pub requests: u64,
}

/// Sorts findings into groups: those about the certificate of one server together, any other alone. The order of
/// the findings stays; a group stands where its first finding stands.
pub(crate) fn groups(problems: &[Problem]) -> Vec<Group> {
    let mut by_key: IndexMap<(String, String), Vec<usize>> = IndexMap::new();
    for (at, problem) in problems.iter().enumerate() {
        let host = &problem.target.host;
        let key = match &problem.certificate {
            Some(words) if !host.is_empty() => (host.clone(), words.clone()),
            // Without a certificate there is nothing to share.
            _ => (String::new(), at.to_string()),
        };
        by_key.entry(key).or_default().push(at);
    }
    by_key.into_values().map(|findings| group(findings, problems)).collect()
}

fn group(findings: Vec<usize>, problems: &[Problem]) -> Group {
    let of = || findings.iter().map(|at| &problems[*at]);
    let users: IndexSet<&String> = of().flat_map(|problem| &problem.users).collect();
    let own = |problem: &Problem, node: &str| {
        node == problem.node || problem.nodes.iter().any(|held| held.node == node)
    };
    let requests: IndexSet<_> = of()
        .flat_map(|problem| problem.transactions.iter().filter(|touched| own(problem, &touched.node)))
        .map(|touched| (&touched.node, touched.pid, touched.txn_id, touched.run))
        .collect();
    let most = of().map(|problem| problem.transaction_count).max().unwrap_or(0);
    let mut ports: Vec<u16> = of().filter_map(|problem| problem.target.port).collect();
    ports.sort_unstable();
    ports.dedup();
    let first = &problems[findings[0]];
    Group {
        host: first.target.host.clone(),
        certificate: first.certificate.clone(),
        ports,
        users: users.len() as u64,
        requests: most.max(requests.len() as u64),
        findings,
    }
}
