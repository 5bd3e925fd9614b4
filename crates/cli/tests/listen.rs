//! `waytrace watch --listen`: remote syslog of several boxes, and metrics for Prometheus.

mod common;
#[path = "common/live.rs"]
mod live;
#[path = "listen/rsyslog.rs"]
mod rsyslog;

use live::{Run, refused};
use std::io::{Read, Write};
use std::net::{TcpStream, UdpSocket};
use std::thread;
use std::time::{Duration, Instant};

/// Lines of a log as an Expressway sends them: each repeated inside a message.
fn messages(log: &str, ietf: bool) -> Vec<String> {
    let head = if ietf {
        "<182>1 2022-07-11T18:55:33.000+02:00 box program - - [meta sequenceId=\"7\"]"
    } else {
        "<182>Jul 11 18:55:33 box program:"
    };
    log.lines().map(|line| format!("{head} {line}")).collect()
}

#[test]
fn boxes_that_send_each_in_its_own_way_at_once() {
    let mut run = Run::new(&[
        "--format",
        "ndjson",
        "--listen",
        "udp://127.0.0.1:0",
        "--listen",
        "tcp://127.0.0.1:0",
        "--listen",
        "tcp://[::1]:0",
    ]);
    let at = run.addresses(3);
    let box_of =
        |number: u64, name: &str| refused(number, number * 10).replace(" vcsc ", &format!(" {name} "));
    let udp = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    let mut counted = TcpStream::connect(&at[1]).expect("it listens");
    let mut lines = TcpStream::connect(&at[2]).expect("it listens");
    let (one, two, three) = (
        messages(&box_of(1, "expc1"), false),
        messages(&box_of(2, "expc2"), true),
        messages(&box_of(3, "expe1"), true),
    );
    for ((one, two), three) in one.iter().zip(&two).zip(&three) {
        udp.send_to(one.as_bytes(), &at[0]).expect("sent");
        // Not a whole message at once: the rest comes a moment later.
        let two = format!("{} {two}", two.len());
        counted.write_all(&two.as_bytes()[..50]).expect("sent");
        lines.write_all(format!("{three}\n").as_bytes()).expect("sent");
        thread::sleep(Duration::from_millis(5));
        counted.write_all(&two.as_bytes()[50..]).expect("sent");
    }
    let mut missing = vec!["expc1", "expc2", "expe1"];
    while !missing.is_empty() {
        let (_, line) = run.wait("\"update\":\"settled\"");
        missing.retain(|host| !line.contains(&format!("\"node\":\"{host}\"")));
    }
    let (said, _, status) = run.interrupt();
    assert_eq!(status, 1);
    let summary: serde_json::Value = serde_json::from_str(said.last().expect("a summary")).expect("JSON");
    assert_eq!(summary["problems"].as_array().map(Vec::len), Some(3), "{summary}");
    let forms = &summary["coverage"]["forms"];
    assert_eq!((&forms["syslog-rfc3164"], &forms["syslog-rfc5424"]), (&6.into(), &12.into()), "{forms}");
    let problem = said.iter().find(|line| line.contains("\"member\":\"udp://127.0.0.1\""));
    assert!(problem.is_some(), "evidence names its sender: {said:#?}");
}

#[test]
fn hostile_senders_stop_nobody_and_what_is_dropped_is_said() {
    let mut run = Run::new(&[
        "--listen",
        "tcp://:0",
        "--max-connections",
        "16",
        "--max-rate",
        "50",
        "--max-line",
        "4K",
    ]);
    let at = run.addresses(1);
    let mut hostile = Vec::new();
    for number in 0..200_u8 {
        let Ok(mut socket) = TcpStream::connect(&at[0]) else { continue };
        let garbage: &[u8] = match number % 4 {
            0 => b"999999999 <13>x",
            1 => &[0xff; 5000],
            2 => b"<13>2024-01-01T00:00:00Z made-up tvcs: Event=\"\x1b[2J",
            _ => b"",
        };
        // It may be refused at once.
        let _ = socket.write_all(garbage);
        hostile.push(socket);
    }
    // From another address, or the hostile ones would take the places and the rate of this one.
    let mut good = None;
    let end = Instant::now() + Duration::from_secs(15);
    while good.is_none() && Instant::now() < end {
        good = bound_to("127.0.0.2", &at[0]);
    }
    let mut good = good.expect("a connection");
    for message in messages(&refused(1, 0), true) {
        good.write_all(format!("{message}\n").as_bytes()).expect("sent");
    }
    run.wait("error[TLS-001]: cucm001.lab");
    let (_, errors, _) = run.interrupt();
    assert!(errors.iter().any(|line| line.contains("(--max-connections)")), "{errors:?}");
}

/// A connection from another address of this machine.
fn bound_to(from: &str, to: &str) -> Option<TcpStream> {
    let from: std::net::IpAddr = from.parse().ok()?;
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).ok()?;
    socket.bind(&std::net::SocketAddr::new(from, 0).into()).ok()?;
    let to: std::net::SocketAddr = to.parse().ok()?;
    socket.connect(&to.into()).ok()?;
    Some(socket.into())
}

fn scrape(address: &str) -> String {
    let mut socket = TcpStream::connect(address).expect("it listens");
    socket.write_all(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").expect("sent");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).expect("an answer");
    answer
}

#[test]
fn metrics_can_be_scraped() {
    let mut run = Run::new(&["--metrics", ":0"]);
    let line = run.wait_error("metrics at http://127.0.0.1:");
    let address =
        line.split("http://").nth(1).and_then(|rest| rest.strip_suffix("/metrics")).expect("an address");
    let mut stdin = run.child.stdin.take().expect("a pipe");
    // A host name that would end the label.
    let log = refused(1, 0).replace(" vcsc ", " vc\"sc\\ ");
    stdin.write_all(log.as_bytes()).expect("it reads");
    run.wait("error[TLS-001]");
    let wanted = "waytrace_problem_proofs_total{id=\"TLS-001\",severity=\"error\",node=\"vc\\\"sc\\\\\",target=\"cucm001.lab:6972\"} 1\n";
    let end = Instant::now() + Duration::from_secs(10);
    let mut answer = scrape(address);
    while !answer.contains(wanted) && Instant::now() < end {
        thread::sleep(Duration::from_millis(50));
        answer = scrape(address);
    }
    assert!(answer.contains(wanted), "{answer}");
    let body = answer.split("\r\n\r\n").nth(1).expect("a body");
    for line in body.lines().filter(|line| !line.starts_with('#')) {
        let (name, value) = line.rsplit_once(' ').expect("a sample");
        assert!(name.starts_with("waytrace_") && value.parse::<f64>().is_ok(), "{line}");
    }
    for name in
        ["records_total 6\n", "dropped_total{reason=\"rate\"} 0\n", "queue_lag_seconds 0", "connections 0\n"]
    {
        assert!(body.contains(&format!("waytrace_{name}")), "{name}: {body}");
    }
    drop(stdin);
    run.end();
}

#[test]
fn addresses_that_others_reach_are_said_plainly_and_wrong_ones_refused() {
    let mut run = Run::new(&["--listen", "tcp://0.0.0.0:0"]);
    let line = run.wait_error("listening on");
    assert!(line.ends_with("; every machine that reaches this one can send here"), "{line}");
    let (said, _, status) = run.interrupt();
    assert_eq!((status, said.iter().any(|line| line.starts_with("summary"))), (0, true), "{said:?}");
    for (args, words) in [
        (&["--listen", "http://:1"][..], "no address to listen on"),
        (&["--listen", "tls://:0"][..], "--tls-cert FILE --tls-key FILE"),
        (
            &["--listen", "tls://:0", "--tls-cert", "/nowhere", "--tls-key", "/nowhere"][..],
            "cannot read /nowhere",
        ),
        (&["--metrics", "here"][..], "127.0.0.1:9514"),
        (&["--listen", "tcp://:0", "--max-line", "4G"][..], "--max-line is from 1K to 1M"),
    ] {
        let (_, errors, status) = Run::new(args).end();
        assert_eq!(status, 2, "{args:?}");
        assert!(errors.iter().any(|line| line.contains(words)), "{args:?}: {errors:?}");
    }
}
