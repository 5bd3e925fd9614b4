//! Which settings are secrets. It hides too much rather than too little.

/// A word of a path that holds one of these names a secret.
const SECRET: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "secret",
    "key",
    "community",
    "token",
    "credential",
    "private",
    "cookie",
];

/// Values with these in them are secrets under any name: the box's own encryption, and PEM.
const MARKS: &[&str] = &["{cipher}", "{enc", "-----begin"];

/// Values that say how a secret is dealt with and are none. Numbers are not among them: a code is a number.
const PLAIN: &[&str] = &["", "on", "off", "true", "false"];

/// Paths whose words hold a secret's name and whose values are known to be none.
const HARMLESS: &[&str] = &["ciphers ", "edgeconfigserver credentialttl"];

/// Tells whether the value at this path, in lower case, must not be kept.
pub(super) fn is_secret(path: &str, value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    if MARKS.iter().any(|mark| value.contains(mark)) {
        return true;
    }
    let named = path.split_whitespace().any(|word| {
        let flat = word.replace(['-', '_'], "");
        flat == "pin" || SECRET.iter().any(|secret| flat.contains(secret))
    });
    named && !PLAIN.contains(&value.as_str()) && !HARMLESS.iter().any(|harmless| path.starts_with(harmless))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_told_by_name_or_by_value() {
        for (path, value, secret) in [
            ("Zones Zone 6 TraversalClient Authentication Password", "x", true),
            ("Zones Zone 6 TraversalClient Authentication Password", "", false),
            ("SNMP CommunityName", "public", true),
            ("Alternates Cluster PreSharedKey", "1234", true),
            ("Options Option 3 Key", "116341E00-1-00000000", true),
            ("Password Admin Hash", "5$abc", true),
            ("Door PIN", "4711", true),
            ("Spinning Top", "4711", false),
            ("Remote Thing", " {cipher}qeh8", true),
            ("Remote Thing", "-----BEGIN EC PRIVATE KEY-----", true),
            ("Authentication StrictPassword Enabled", "Off", false),
            ("CollaborationEdge OauthToken", "eyJ0", true),
            ("Zones Zone 6 TraversalClient Authentication UserName", "traversal", false),
            ("Zones Zone 6 TraversalClient Accept Delegated Credential Checks", "Off", false),
            ("Ciphers sshd_pubkeyalgorithms Value", "ssh-rsa", false),
            ("EdgeConfigServer CredentialTtl", "28800", false),
        ] {
            assert_eq!(is_secret(&path.to_ascii_lowercase(), value), secret, "{path}: {value}");
        }
    }
}
