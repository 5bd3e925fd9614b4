//! What a word is by its form alone.

/// Characters of a word.
#[inline]
pub(crate) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') || byte >= 0x80
}

/// Endings of names that are no top-level domain, whatever else they may be.
const FILE_ENDS: &[&str] = &[
    "c", "cc", "cfg", "cgi", "cnf", "conf", "cpp", "cs", "css", "csv", "erl", "gz", "h", "hpp", "html",
    "htm", "jar", "java", "jpg", "js", "json", "jsp", "ko", "log", "lua", "md", "pcap", "pdf", "pem", "php",
    "pl", "png", "py", "pyc", "rb", "rs", "service", "sh", "so", "sql", "svg", "tar", "tgz", "tmp", "txt",
    "wbxml", "xhtml", "xml", "xsd", "yaml", "yml", "zip", "do", "pyo", "beam", "socket", "tlv", "sgn", "enc",
    "ini", "dll", "exe",
];

/// Endings that are domains of the inside, or well-known ones of more than two letters.
const DOMAIN_ENDS: &[&str] = &[
    "com",
    "net",
    "org",
    "edu",
    "gov",
    "mil",
    "int",
    "info",
    "biz",
    "name",
    "pro",
    "aero",
    "coop",
    "museum",
    "mobi",
    "tel",
    "travel",
    "arpa",
    "local",
    "localdomain",
    "lan",
    "lab",
    "corp",
    "internal",
    "intern",
    "intra",
    "intranet",
    "home",
    "private",
    "priv",
    "test",
    "example",
    "invalid",
    "localhost",
    "domain",
    "office",
    "cloud",
    "online",
    "tech",
    "app",
    "dev",
    "site",
    "shop",
    "store",
    "bank",
    "group",
    "gmbh",
    "company",
    "solutions",
    "services",
    "systems",
    "network",
    "global",
    "world",
    "digital",
    "media",
    "video",
    "email",
    "berlin",
    "hamburg",
    "koeln",
    "bayern",
    "wien",
    "paris",
    "london",
    "swiss",
    "africa",
    "asia",
    "city",
    "ltd",
    "inc",
    "law",
    "health",
    "school",
    "uni",
    "university",
    "academy",
    "insurance",
    "energy",
    "engineering",
    "consulting",
    "xyz",
    "top",
    "icu",
    "vip",
];

/// First words of dotted names of code and of the box's own modules.
const CODE: &[&str] = &[
    "developer",
    "network",
    "hybridservices",
    "java",
    "javax",
    "sun",
    "twisted",
    "urllib2",
    "httplib",
    "socket",
    "self",
    "os",
    "sys",
    "xconfiguration",
    "xstatus",
    "jdk",
    "kotlin",
    "scala",
    "org.apache",
    "io.netty",
    "ppcmains",
    "stanza",
    "logging",
    "django",
    "tornado",
    "requests",
    "ssl",
    "exceptions",
    "b2bua",
    "base_connection",
];

/// What a dotted word may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dotted {
    /// The name of a host or a domain: its end is known to be one.
    Domain,
    /// It may be one: nothing speaks against it.
    Maybe,
    /// The name of a file, with its ending.
    File,
    /// Something else.
    No,
}

/// Tells a dotted word by its form. Dots at its ends must be gone; a dot may be written `\.`.
pub(crate) fn dotted(word: &str) -> Dotted {
    let Some(at) = word.rfind('.') else { return Dotted::No };
    let (rest, end) = (word[..at].trim_end_matches('\\'), &word[at + 1..]);
    if rest.is_empty() || rest.starts_with('.') || word.contains("..") {
        return Dotted::No;
    }
    if end.bytes().any(|byte| byte >= 0x80) || end.starts_with("xn--") {
        // Bullets and blanks of print are no letters.
        let letters = word.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '\\'));
        return if letters { Dotted::Maybe } else { Dotted::No };
    }
    if end.len() < 2 || !end.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        // `jabberd-port-1.expe1-corp-example`: a full name with hyphens for dots.
        let hyphens = end.bytes().filter(|byte| *byte == b'-').count();
        let named = hyphens >= 2 && end.bytes().any(|byte| byte.is_ascii_alphabetic()) && !end.contains('_');
        return if named { Dotted::Maybe } else { Dotted::No };
    }
    let lower = end.to_ascii_lowercase();
    let lower = lower.as_str();
    let first = rest.split(['.', '\\']).next().unwrap_or(rest);
    if CODE.contains(&first) && !matches!(first, "network" | "ssl" | "self") {
        return Dotted::No;
    }
    if matches!(first, "network" | "ssl" | "self" | "java") && !DOMAIN_ENDS.contains(&lower) {
        return Dotted::No;
    }
    if rest == "java" {
        return Dotted::No;
    }
    if FILE_ENDS.contains(&lower) && (end == lower || !rest.contains('.')) {
        return Dotted::File;
    }
    if DOMAIN_ENDS.contains(&lower) || end.len() == 2 && (end == lower || is_upper(word)) {
        return Dotted::Domain;
    }
    // `SSLError.Foo`, `refused.Action`: names of code, sentences without a blank.
    let capital = end.as_bytes()[0].is_ascii_uppercase() && !is_upper(word);
    let camel =
        end.bytes().zip(end.bytes().skip(1)).any(|(a, b)| a.is_ascii_lowercase() && b.is_ascii_uppercase());
    if capital || camel { Dotted::No } else { Dotted::Maybe }
}

fn is_upper(word: &str) -> bool {
    !word.bytes().any(|byte| byte.is_ascii_lowercase())
}

/// `xx.xx.97.131`: an address of which somebody has masked a part.
pub(crate) fn is_masked(word: &str) -> bool {
    if word.len() > 15 || !word.contains(['x', 'X']) || word.matches('.').count() != 3 {
        return false;
    }
    let part = |part: &str| {
        !part.is_empty()
            && part.len() <= 3
            && (part.bytes().all(|byte| byte.is_ascii_digit())
                || part.bytes().all(|byte| matches!(byte, b'x' | b'X')))
    };
    word.split('.').all(part)
}

/// `6af9a674-9ebc-41ea-868e-90e7309a758c`
pub(crate) fn is_uuid(word: &str) -> bool {
    let bytes = word.as_bytes();
    bytes.len() == 36
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// A long run of hexadecimal digits, such as a session id or a digest.
pub(crate) fn is_long_hex(word: &str) -> bool {
    let bytes = word.as_bytes();
    bytes.len() >= 16
        && bytes.iter().all(u8::is_ascii_hexdigit)
        && bytes.iter().any(u8::is_ascii_digit)
        && (bytes.iter().any(u8::is_ascii_alphabetic) || matches!(bytes.len(), 32 | 40 | 64))
}

/// A long word of no language: a cookie, a key, a line of base64.
pub(crate) fn is_opaque(word: &str) -> bool {
    let bytes = word.as_bytes();
    if bytes.len() < 20 || bytes.iter().any(|byte| *byte >= 0x80) {
        return false;
    }
    let class = |byte: u8| match byte {
        b'0'..=b'9' => 0,
        b'a'..=b'z' => 1,
        b'A'..=b'Z' => 2,
        _ => 3,
    };
    let mut seen = [false; 4];
    let mut changes = 0;
    for pair in bytes.windows(2) {
        seen[class(pair[0])] = true;
        seen[class(pair[1])] = true;
        changes += usize::from(class(pair[0]) != class(pair[1]));
    }
    seen[0] && seen[1] && seen[2] && changes * 3 >= bytes.len()
}

/// Device names: `SEP` with a MAC address, or a prefix of Jabber's and what the administrator put behind it. Gives the
/// length of the prefix.
pub(crate) fn device(word: &str) -> Option<usize> {
    let rest = word.get(3..).filter(|rest| !rest.is_empty())?;
    let known = match word.get(..3)? {
        "SEP" | "ATA" => rest.len() == 12 && rest.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "CSF" | "TCT" => rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')),
        "BOT" | "TAB" => {
            rest.len() >= 2
                && rest.bytes().any(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase())
                && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        }
        _ => false,
    };
    known.then_some(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dotted_words() {
        let cases = [
            ("expc.corp.example", Dotted::Domain),
            ("CUCM.CORP.LOCAL", Dotted::Domain),
            ("acme.de", Dotted::Domain),
            ("vcs.widgetworks", Dotted::Maybe),
            ("jabberd-port-1.expe1-corp-example", Dotted::Maybe),
            (r"corp\.example", Dotted::Domain),
            ("developer.ssl", Dotted::No),
            ("network.http.trafficserver", Dotted::No),
            ("ttssl_openssl.cpp", Dotted::File),
            ("CSFjdoe.cnf.xml", Dotted::File),
            ("refused.Action", Dotted::No),
            ("http.sending_response", Dotted::No),
            ("X14.2", Dotted::No),
            ("e.g", Dotted::No),
            ("java.net", Dotted::No),
        ];
        for (word, expected) in cases {
            assert_eq!(dotted(word), expected, "{word}");
        }
    }

    #[test]
    fn other_forms() {
        assert!(is_masked("xx.xx.97.131") && is_masked("10.1.x.x"));
        assert!(!is_masked("10.1.2.3") && !is_masked("x.example"));
        assert!(is_uuid("6af9a674-9ebc-41ea-868e-90e7309a758c"));
        assert!(is_long_hex("769c8d2f54aa49b1"));
        assert!(!is_long_hex("12057318846291873055"), "a decimal hash");
        assert!(!is_long_hex("deadbeef"));
        assert!(is_opaque("dGhpc0lzTm9UZXh0QTlCOHM3RDZm"));
        for word in
            ["ssl3_get_server_certificate", "ECDHE-RSA-AES256-GCM-SHA384", "SipProxyAuthentication2Handler"]
        {
            assert!(!is_opaque(word), "{word}");
        }
        for (word, expected) in [
            ("SEP0011AABBCCDD", Some(3)),
            ("CSFemusk", Some(3)),
            ("SEPARATE", None),
            ("TABLE", None),
            ("BOTH", None),
            ("CSF", None),
        ] {
            assert_eq!(device(word), expected, "{word}");
        }
    }
}
