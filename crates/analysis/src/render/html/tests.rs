//! What holds for the page whatever the report.

use super::{POLICY, SCRIPT, STYLE};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

#[test]
fn the_policy_allows_this_style_and_this_script_only() {
    for text in [STYLE, SCRIPT] {
        let hash = format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
        assert!(POLICY.contains(&hash), "the policy must have {hash}");
        assert!(!text.contains("</"), "nothing ends the element from within");
    }
}

/// Relative luminance of `#rrggbb`, as WCAG 2 defines it.
fn luminance(color: &str) -> f64 {
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(&color[at..at + 2], 16).expect("a colour")) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
    one.max(other) / one.min(other)
}

#[test]
fn text_can_be_read_in_both_themes() {
    let (light, dark) = STYLE.split_once("prefers-color-scheme: dark").expect("two themes");
    for theme in [light, dark] {
        let color = |name: &str| {
            let at = theme.find(&format!("--{name}: #")).unwrap_or_else(|| panic!("{name}"));
            &theme[at + name.len() + 4..at + name.len() + 11]
        };
        for text in ["text", "faint", "link", "critical", "error", "warning", "info"] {
            for back in ["back", "panel", "proof"] {
                let ratio = contrast(color(text), color(back));
                assert!(ratio >= 4.5, "{text} on {back}: {ratio:.2}");
            }
        }
        for back in ["critical", "error", "warning", "info"] {
            let ratio = contrast(color("on-badge"), color(back));
            assert!(ratio >= 4.5, "a badge for {back}: {ratio:.2}");
        }
    }
}
