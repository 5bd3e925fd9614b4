//! Name constraints: which names the CAs of a chain may sign (`check_name_constraints` in crypto/x509/x509_vfy.c,
//! crypto/x509/v3_ncons.c).

use super::{Chain, Log, Question, VerifyError};
use crate::certificate::{Certificate, Constraints, General};

/// How many comparisons are made for one certificate and one CA (`NAME_CHECK_MAX`).
const MAX: usize = 1 << 20;

/// Checks every certificate against the constraints of those above it.
pub(super) fn check(question: &Question<'_>, chain: &Chain<'_>, log: &mut Log) {
    let certificates = &chain.certificates;
    for (depth, certificate) in certificates.iter().enumerate().rev() {
        // Those that only repeat a name are left out, but for the leaf.
        if depth > 0 && certificate.self_issued {
            continue;
        }
        let above = certificates[depth + 1..].iter().rev();
        for constraints in above.filter_map(|ca| ca.extensions.constraints.as_ref()) {
            match obeys(certificate, constraints, depth == 0) {
                Ok(()) => {}
                Err(Some(error)) => log.fail(question, error, depth),
                Err(None) => log.unknown(depth, "it has too many names for the constraints of its CA"),
            }
        }
    }
}

/// Nothing in the error means: too many names.
fn obeys(
    certificate: &Certificate,
    constraints: &Constraints,
    leaf: bool,
) -> Result<(), Option<VerifyError>> {
    let names = certificate.names.all.len() + certificate.subject.canonical().len();
    let trees = constraints.permitted.len() + constraints.excluded.len();
    if names.saturating_mul(trees) > MAX {
        return Err(None);
    }
    let mut all = Vec::new();
    if !certificate.subject.is_empty() {
        all.push(General::Directory(certificate.subject.clone()));
        all.extend(certificate.subject.emails().iter().cloned().map(General::Email));
    }
    all.extend(certificate.names.all.iter().cloned());
    // The common name counts as a host name only where there is none among the alternative names.
    if leaf && certificate.names.dns.is_empty() {
        let hosts = certificate.subject.common_names().iter().filter(|name| is_host(name));
        all.extend(hosts.cloned().map(General::Dns));
    }
    all.iter().try_for_each(|name| one(name, constraints)).map_err(Some)
}

fn one(name: &General, constraints: &Constraints) -> Result<(), VerifyError> {
    let same_kind = |tree: &&General| tree.kind() == name.kind();
    let mut permitted = constraints.permitted.iter().filter(same_kind).peekable();
    if permitted.peek().is_some() {
        let mut within = false;
        for tree in permitted {
            within = within || is_within(name, tree)?;
        }
        if !within {
            return Err(VerifyError::PermittedViolation);
        }
    }
    for tree in constraints.excluded.iter().filter(same_kind) {
        if is_within(name, tree)? {
            return Err(VerifyError::ExcludedViolation);
        }
    }
    Ok(())
}

/// Whether a name lies within a tree (`nc_match_single`).
fn is_within(name: &General, tree: &General) -> Result<bool, VerifyError> {
    match (name, tree) {
        (General::Dns(name), General::Dns(tree)) => Ok(host_within(name, tree)),
        (General::Directory(name), General::Directory(tree)) => {
            Ok(name.canonical().starts_with(tree.canonical()))
        }
        (General::Email(name), General::Email(tree)) => email_within(name, tree),
        (General::Uri(name), General::Uri(tree)) => uri_within(name, tree),
        (General::Ip(name), General::Ip(tree)) => address_within(name, tree),
        _ => Err(VerifyError::UnsupportedConstraintType),
    }
}

/// Compares the ends of two texts, letters without case.
fn ends_with(name: &str, end: &str) -> bool {
    let (name, end) = (name.as_bytes(), end.as_bytes());
    name.len() >= end.len() && name[name.len() - end.len()..].eq_ignore_ascii_case(end)
}

fn host_within(name: &str, tree: &str) -> bool {
    if tree.is_empty() || name.eq_ignore_ascii_case(tree) {
        return true;
    }
    let longer = name.len() > tree.len() && ends_with(name, tree);
    longer && (tree.starts_with('.') || name.as_bytes()[name.len() - tree.len() - 1] == b'.')
}

fn email_within(name: &str, tree: &str) -> Result<bool, VerifyError> {
    let (local, host) = name.rsplit_once('@').ok_or(VerifyError::UnsupportedNameSyntax)?;
    Ok(match tree.rsplit_once('@') {
        None if tree.starts_with('.') => name.len() > tree.len() && ends_with(name, tree),
        None => host.eq_ignore_ascii_case(tree),
        Some(("", of)) => host.eq_ignore_ascii_case(of),
        Some((who, of)) => who == local && host.eq_ignore_ascii_case(of),
    })
}

fn uri_within(name: &str, tree: &str) -> Result<bool, VerifyError> {
    let (_, rest) = name.split_once(':').ok_or(VerifyError::UnsupportedNameSyntax)?;
    let rest = rest.strip_prefix("//").ok_or(VerifyError::UnsupportedNameSyntax)?;
    let host = rest.split_once(':').or_else(|| rest.split_once('/')).map_or(rest, |(host, _)| host);
    if host.is_empty() {
        return Err(VerifyError::UnsupportedNameSyntax);
    }
    let below = tree.starts_with('.') && host.len() > tree.len() && ends_with(host, tree);
    Ok(below || (!tree.starts_with('.') && host.eq_ignore_ascii_case(tree)))
}

fn address_within(name: &[u8], tree: &[u8]) -> Result<bool, VerifyError> {
    if !matches!(name.len(), 4 | 16) || !matches!(tree.len(), 8 | 32) {
        return Err(VerifyError::UnsupportedNameSyntax);
    }
    if name.len() * 2 != tree.len() {
        return Ok(false);
    }
    let (network, mask) = tree.split_at(name.len());
    Ok(name.iter().zip(network).zip(mask).all(|((name, network), mask)| name & mask == network & mask))
}

/// Whether a common name is written like a host name of two labels or more (`cn2dnsid`).
fn is_host(name: &str) -> bool {
    let bytes = name.trim_end_matches('\0').as_bytes();
    let last = bytes.len().saturating_sub(1);
    let mut dots = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let inside = at > 0 && at < last;
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => {}
            b'-' if inside => {}
            b'.' if inside && bytes[at + 1] != b'.' && bytes[at - 1] != b'-' && bytes[at + 1] != b'-' => {
                dots += 1;
            }
            _ => return false,
        }
    }
    dots > 0
}

#[cfg(test)]
mod tests {
    use super::{email_within, host_within, is_host, uri_within};

    #[test]
    fn what_lies_within() {
        for (name, tree, expected) in [
            ("a.example.com", "example.com", true),
            ("example.com", "example.com", true),
            ("aexample.com", "example.com", false),
            ("a.example.com", ".example.com", true),
            ("example.com", ".example.com", false),
            ("anything", "", true),
        ] {
            assert_eq!(host_within(name, tree), expected, "{name} in {tree}");
        }
        assert_eq!(email_within("a@example.com", "example.com"), Ok(true));
        assert_eq!(email_within("a@b.example.com", ".example.com"), Ok(true));
        assert_eq!(uri_within("https://a.example.com:1/x", ".example.com"), Ok(true));
        assert!(is_host("a.example.com") && !is_host("example") && !is_host("a..b") && !is_host("a b.c"));
    }
}
