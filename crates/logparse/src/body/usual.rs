//! Whatever a body looks like, reading it in one pass and reading it by its table say the same.

use super::access::AccessDecision;
use super::http::StepPairs;
use super::sip::MessagePairs;
use super::tcp::TcpPairs;
use crate::keyval::{Values, collected};
use proptest::prelude::*;
use std::fmt::Debug;

/// Bodies in the usual order; what a property does to them is not usual.
const BODIES: [&str; 6] = [
    r#"UTCTime="2023-03-04 06:00:00,123" Module="network.http.trafficserver" Level="INFO": Detail="Sending Request" Txn-id="7" TrackingID="t-1" Src-ip="192.0.2.1" Src-port="1" Dst-ip="192.0.2.2" Dst-port="2" Last-via-addr="" Msg="GET /x HTTP/1.1""#,
    r#"UTCTime="2023-03-04 06:00:00,123" Module="network.http.trafficserver" Level="DEBUG": Detail="Receive Response" Txn-id="7" TrackingID="" Dst-ip="" Dst-port="x" "#,
    r#"UTCTime="2023-03-04 06:00:00,123" Module="network.sip" Level="INFO":  Action="Sent" Local-ip="192.0.2.1" Local-port="1" Src-ip="192.0.2.3" Src-port="3" Dst-ip="192.0.2.2" Dst-port="2" Detail="Sending Response Code=200, Method=INVITE, To="a b" <sip:a@example.com>" Msg-Hash="12""#,
    r#"UTCTime="2023-03-04 06:00:00,123" Module="network.tcp" Level="DEBUG": Thread="0x1": Src-ip="192.0.2.1" Src-port="1" Dst-ip="192.0.2.2" Dst-port="2" Detail="TCP Connection Closed" Reason="Got EOF""#,
    r#"Event="Request Allowed" Detail="Access allowed" Reason="In allow list" Username=" u " Deployment="1" Method="GET" Request="https://e.example/x" Rule="https://e.example/" Match="prefix" Type="rule" UTCTime="2023-03-04 06:00:00,123""#,
    r#"Level="1""#,
];

/// What is put into a body at some place.
const DAMAGE: [&str; 14] =
    ["", "\"", "\" ", "\":", ":", "=", "=\"", " ", "\t", "\n", ",", "é", "x", "Level=\"2\""];

fn agree<'b, V: Values<'b> + Debug + PartialEq>(body: &'b str) {
    assert_eq!(V::of(body), collected::<V>(body), "{body}");
}

fn all_agree(body: &str) {
    agree::<StepPairs<'_>>(body);
    agree::<MessagePairs<'_>>(body);
    agree::<TcpPairs<'_>>(body);
    agree::<AccessDecision<'_>>(body);
}

/// The pairs of a body, to be shuffled.
fn parts(body: &str) -> Vec<String> {
    body.split_inclusive("\" ").map(str::to_owned).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn shuffled_and_doubled(
        parts in prop::sample::select(BODIES.to_vec()).prop_map(parts).prop_shuffle(),
        doubled in 0..20_usize,
    ) {
        all_agree(&parts.concat());
        let mut parts = parts;
        if let Some(part) = parts.get(doubled).cloned() {
            parts.push(part);
        }
        all_agree(&parts.join(" "));
    }

    #[test]
    fn left_out(body in prop::sample::select(BODIES.to_vec()), out in 0..20_usize, value in "[ \"=a:é]{0,40}") {
        let mut parts = parts(body);
        if out < parts.len() {
            parts.remove(out);
        }
        all_agree(&parts.concat());
        if let Some(part) = parts.get_mut(out) {
            *part = format!("{}=\"{value}\" ", part.split('=').next().unwrap_or(""));
        }
        all_agree(&parts.concat());
    }

    #[test]
    fn damaged(
        body in prop::sample::select(BODIES.to_vec()),
        places in prop::collection::vec((0..400_usize, 0..3_usize, prop::sample::select(DAMAGE.to_vec())), 1..4),
    ) {
        let mut body = body.to_owned();
        for (at, taken, put) in places {
            let at = at % (body.len() + 1);
            let to = (at + taken).min(body.len());
            if body.is_char_boundary(at) && body.is_char_boundary(to) {
                body.replace_range(at..to, put);
            }
        }
        all_agree(&body);
    }
}

#[test]
fn the_usual_bodies() {
    for body in BODIES {
        all_agree(body);
    }
}
