//! How to see a certificate that was not seen: commands that can be pasted.

use std::net::IpAddr;

/// Commands that fetch the chain of a server and ask for the verdict; nothing for a name that has no place in a shell.
pub(super) fn ask(host: &str, port: u16, node: &str) -> Vec<String> {
    let plain = |text: &str| {
        !text.is_empty()
            && !text.starts_with('-')
            && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':'))
    };
    if !plain(host) {
        return vec![
            "capture one sign-in: Maintenance > Diagnostics > Diagnostic logging, with \"Take tcpdump while logging\""
                .to_owned(),
        ];
    }
    let node = if plain(node) { node } else { "expressway" };
    let address = host.parse::<IpAddr>();
    let (connect, name) = match address {
        Ok(IpAddr::V6(_)) => (format!("[{host}]:{port}"), String::new()),
        Ok(IpAddr::V4(_)) => (format!("{host}:{port}"), String::new()),
        Err(_) => (format!("{host}:{port}"), format!(" -servername {host}")),
    };
    let file = format!("{}_{port}.pem", host.replace(':', "_"));
    vec![
        format!("openssl s_client -connect {connect}{name} -showcerts </dev/null >{file}"),
        format!("waytrace verify --chain {file} --ca ca_{node}_….pem --name {host}"),
    ]
}

#[cfg(test)]
mod tests {
    use super::ask;

    #[test]
    fn commands_hold_nothing_of_a_stranger() {
        assert_eq!(
            ask("cucm.example", 8443, "expc")[0],
            "openssl s_client -connect cucm.example:8443 -servername cucm.example -showcerts </dev/null >cucm.example_8443.pem"
        );
        assert!(
            ask("192.0.2.1", 443, "expc")[0]
                .starts_with("openssl s_client -connect 192.0.2.1:443 -showcerts")
        );
        assert!(ask("2001:db8::1", 443, "expc")[0].contains("-connect [2001:db8::1]:443 "));
        for hostile in ["a;reboot", "$(x)", "-help", "a b", "", "a\u{1b}[2J"] {
            assert!(ask(hostile, 443, "expc").iter().all(|line| !line.contains("openssl")), "{hostile}");
        }
    }
}
