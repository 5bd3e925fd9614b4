//! Addresses: told by their form, replaced network by network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether an address stays: it names nobody.
pub(crate) fn stays(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let first = ip.octets()[0];
            ip.is_loopback() || first == 0 || first >= 224 || is_mask(ip)
        }
        IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
            Some(inner) => stays(IpAddr::V4(inner)),
            None => ip.is_loopback() || ip.is_unspecified() || ip.is_multicast(),
        },
    }
}

/// `255.255.255.0` and the like name no box.
fn is_mask(ip: Ipv4Addr) -> bool {
    let bits = u32::from(ip);
    ip.octets()[0] == 255 && bits.leading_ones() + bits.trailing_zeros() == 32
}

/// Whether an address is only known inside: RFC 1918, RFC 6598, link-local.
pub(crate) fn is_private(ip: Ipv4Addr) -> bool {
    let [first, second, ..] = ip.octets();
    ip.is_private() || ip.is_link_local() || first == 100 && (64..128).contains(&second)
}

/// The network an address is in, as far as stand-ins keep it: 24 bits of IPv4, 64 bits of IPv6.
pub(crate) fn network(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(ip) => IpAddr::V4(Ipv4Addr::from(u32::from(ip) & 0xffff_ff00)),
        IpAddr::V6(ip) => IpAddr::V6(Ipv6Addr::from(u128::from(ip) & (u128::MAX << 64))),
    }
}

/// The stand-in for the network with this number among those of its kind.
///
/// Public IPv4: the three networks of RFC 5737, then RFC 2544 (198.18.0.0/15), then the reserved 240.0.0.0/4.
/// Private IPv4 stays private: 10.x.y.0. IPv6: RFC 3849; link-local and unique local stay so.
pub(crate) fn stand_in_network(of: IpAddr, number: u32) -> IpAddr {
    match of {
        IpAddr::V4(ip) if is_private(ip) => {
            IpAddr::V4(Ipv4Addr::from(0x0a00_0000 | (number << 8) & 0x00ff_ff00))
        }
        IpAddr::V4(_) => IpAddr::V4(match number {
            0 => Ipv4Addr::new(192, 0, 2, 0),
            1 => Ipv4Addr::new(198, 51, 100, 0),
            2 => Ipv4Addr::new(203, 0, 113, 0),
            3..515 => Ipv4Addr::from(0xc612_0000 + ((number - 3) << 8)),
            _ => Ipv4Addr::from(0xf000_0000 | ((number - 515) << 8) & 0x0eff_ff00),
        }),
        IpAddr::V6(ip) => {
            let first = ip.segments()[0];
            let (high, low) = ((number >> 16) as u16, (number & 0xffff) as u16);
            let prefix = match first {
                _ if first & 0xffc0 == 0xfe80 => [0xfe80, 0, high, low],
                _ if first & 0xfe00 == 0xfc00 => [0xfd00, 0, high, low],
                _ => [0x2001, 0x0db8, high, low],
            };
            IpAddr::V6(Ipv6Addr::from([prefix[0], prefix[1], prefix[2], prefix[3], 0, 0, 0, 0]))
        }
    }
}

/// The address with this number in a network.
pub(crate) fn in_network(network: IpAddr, number: u32) -> IpAddr {
    match network {
        IpAddr::V4(ip) => IpAddr::V4(Ipv4Addr::from(u32::from(ip) | number & 0xff)),
        IpAddr::V6(ip) => IpAddr::V6(Ipv6Addr::from(u128::from(ip) | u128::from(number))),
    }
}

/// The IPv4 address that a whole token is; written with hyphens too.
pub(crate) fn v4(token: &str) -> Option<Ipv4Addr> {
    let bytes = token.as_bytes();
    if bytes.len() < 7 || bytes.len() > 15 || !bytes[0].is_ascii_digit() {
        return None;
    }
    let separator = *bytes.iter().find(|byte| !byte.is_ascii_digit())?;
    if !matches!(separator, b'.' | b'-') {
        return None;
    }
    let mut octets = [0u8; 4];
    let mut count = 0;
    for part in token.split(char::from(separator)) {
        if part.is_empty() || part.len() > 3 || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        *octets.get_mut(count)? = part.parse().ok()?;
        count += 1;
    }
    (count == 4).then(|| Ipv4Addr::from(octets))
}

/// The IPv6 address that a text begins with, and its length; `text` begins with a hexadecimal digit or a colon.
pub(crate) fn v6(text: &str) -> Option<(Ipv6Addr, usize)> {
    let bytes = text.as_bytes();
    let run = bytes.iter().take(46).take_while(|b| b.is_ascii_hexdigit() || matches!(b, b':' | b'.')).count();
    let colons = text[..run].matches(':').count();
    if colons < 2 {
        return None;
    }
    let mut end = run;
    // A sentence, or a list, may go on right behind it.
    while end > 2 && matches!(bytes[end - 1], b'.') {
        end -= 1;
    }
    let is_end = |end: usize| bytes.get(end).is_none_or(|b| !b.is_ascii_alphanumeric() && *b != b'_');
    for end in [end, end.saturating_sub(1)] {
        if is_end(end)
            && let Ok(ip) = text[..end].parse()
        {
            return Some((ip, end));
        }
    }
    None
}

/// The length of the pairs of hexadecimal digits that a text begins with (`00:1a:2b`), and how many they are.
pub(crate) fn pairs(text: &str) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let separator = *bytes.get(2).filter(|byte| matches!(byte, b':' | b'-'))?;
    let is_pair = |at: usize| bytes.get(at..at + 2).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
    let mut count = 0;
    let mut at = 0;
    // A fingerprint has 64 pairs at most.
    while count <= 64 && is_pair(at) {
        count += 1;
        at += 2;
        if bytes.get(at) != Some(&separator) || !is_pair(at + 1) {
            break;
        }
        at += 1;
    }
    let ends = bytes.get(at).is_none_or(|byte| !byte.is_ascii_alphanumeric());
    (count >= 6 && ends).then_some((at, count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_an_address() {
        for text in ["192.0.2.7", "10.0.0.1", "192-0-2-7"] {
            assert!(v4(text).is_some(), "{text}");
        }
        for text in ["1.2.3", "1.2.3.4.5", "12.5.1.11900", "1.2.3.x", "2024-03-05", "1..2.3"] {
            assert!(v4(text).is_none(), "{text}");
        }
        for (text, length) in
            [("::1", 3), ("2001:db8::7]:5061", 11), ("fe80::1%eth0", 7), ("::ffff:192.0.2.1.", 16)]
        {
            assert_eq!(v6(text).map(|found| found.1), Some(length), "{text}");
        }
        for text in ["10:15:30", "::add_x", "a:b", "::1x"] {
            assert!(v6(text).is_none(), "{text}");
        }
        assert_eq!(pairs("00:1a:2b:3c:4d:5e rest"), Some((17, 6)));
        assert_eq!(pairs("00-1A-2B-3C-4D-5E"), Some((17, 6)));
        assert_eq!(pairs("10:15:30"), None);
    }

    #[test]
    fn networks_stay_of_their_kind() {
        let of = |text: &str, number| stand_in_network(text.parse().expect("an address"), number).to_string();
        assert_eq!(of("10.48.36.215", 0), "10.0.0.0");
        assert_eq!(of("172.16.1.1", 300), "10.1.44.0");
        assert_eq!(of("8.8.8.8", 1), "198.51.100.0");
        assert_eq!(of("8.8.8.8", 4), "198.18.1.0");
        assert_eq!(of("8.8.8.8", 515), "240.0.0.0");
        assert_eq!(of("fe80::1", 1), "fe80:0:0:1::");
        assert_eq!(of("2a00::1", 2), "2001:db8:0:2::");
        for kept in ["127.0.0.1", "0.0.0.0", "255.255.255.0", "224.0.1.1", "::1", "::", "::ffff:127.0.0.1"] {
            assert!(stays(kept.parse().expect("an address")), "{kept}");
        }
    }
}
