//! A day of log at high speed through the live path, with senders that vanish in the middle of a record: memory stays
//! bounded.
//!
//! An ordinary run is short; `WAYTRACE_SOAK=400000 cargo test --release -p waytrace-cli --test soak -- --nocapture`
//! replays as dense a day as a busy box has, and prints what it took.
#![cfg(target_os = "linux")]

#[path = "common/live.rs"]
mod live;

use live::{Run, refused};
use std::fs;
use std::io::{BufWriter, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

/// Requests in the day, unless `WAYTRACE_SOAK` says how many.
const REQUESTS: u64 = 20_000;
/// A day, in milliseconds.
const DAY: u64 = 86_400_000;
/// Ceiling on the memory of the process, at any time of the day.
const CEILING: u64 = 192 << 20;
/// Senders that vanish.
const VANISHING: usize = 300;

/// What the process holds now, or held at most, in bytes.
fn memory(pid: u32, what: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("it runs");
    let line = status.lines().find(|line| line.starts_with(what)).expect("a line of memory");
    let kib: u64 = line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number");
    kib * 1024
}

/// One request of the day: most are answered, some are refused, some never end; many users, a few servers.
fn request(number: u64, at: u64) -> String {
    let log = refused(number % 40, at);
    // The Txn-id is this request's own.
    let log =
        log.replace(&format!("Txn-id=\"{}\"", number % 40 + 1000), &format!("Txn-id=\"{}\"", number + 1000));
    let log = log
        .replace("bb0c8492", &format!("{number:08x}"))
        .replace("CSFemusk", &format!("CSFuser{}", number % 5000));
    let lines: Vec<&str> = log.split_inclusive('\n').collect();
    match number % 10 {
        // Refused.
        0 => log,
        // Without an end.
        1 => lines[..2].concat(),
        // Answered.
        _ => {
            let answered = lines[5].replace("502 connect failed", "200 OK");
            let response = lines[1].replace("Sending Request", "Receive Response").replace("Dst-", "Src-");
            let from = response.find("Msg=\"").expect("a message");
            format!("{}{}{}Msg=\"HTTP/1.1 200 \"\n{answered}", lines[0], lines[1], &response[..from])
        }
    }
}

fn vanish(address: &str, number: usize) {
    let Ok(mut socket) = TcpStream::connect(address) else { return };
    let text = match number % 3 {
        0 => format!("<13>2022-07-11T18:55:26.016+02:00 host{number} tvcs: Event=\"half a rec"),
        1 => format!("500 <13>1 2022-07-11T18:55:26.016+02:00 host{number} tvcs - - - UTCTime=\"2022"),
        _ => format!(
            "<13>2022-07-11T18:55:26.016+02:00 host{number} traffic_server[7]: [ET_NET 0] WARNING: SNI (x{number}.lab) not in certificate. Action=Terminate server=x{number}.lab(192.0.2.7)\n<13>20"
        ),
    };
    // It may be refused.
    let _ = socket.write_all(text.as_bytes());
}

#[test]
fn a_day_of_log_and_vanishing_senders_fill_no_memory() {
    let mut run = Run::new(&["--format", "ndjson", "--listen", "tcp://:0", "-"]);
    let address = run.addresses(1).remove(0);
    let pid = run.child.id();
    let vanishing = thread::spawn(move || {
        for number in 0..VANISHING {
            vanish(&address, number);
            thread::sleep(Duration::from_millis(5));
        }
    });
    let requests_of_day =
        std::env::var("WAYTRACE_SOAK").ok().map_or(REQUESTS, |number| number.parse().expect("a number"));
    let began = Instant::now();
    let mut stdin = BufWriter::with_capacity(1 << 16, run.child.stdin.take().expect("a pipe"));
    let (mut early, mut bytes) = (0, 0);
    for number in 0..requests_of_day {
        let log = request(number, number * (DAY / requests_of_day));
        bytes += log.len();
        stdin.write_all(log.as_bytes()).expect("it reads");
        if number % (requests_of_day / 20) == 0 {
            stdin.flush().expect("it reads");
            let now = memory(pid, "VmRSS:");
            assert!(now <= CEILING, "{} MiB after {number} requests", now >> 20);
            if number == requests_of_day / 4 {
                early = now;
            }
        }
    }
    stdin.flush().expect("it reads");
    vanishing.join().expect("it ends");
    let (late, most) = (memory(pid, "VmRSS:"), memory(pid, "VmHWM:"));
    drop(stdin);
    let took = began.elapsed();
    let (said, errors, status) = run.interrupt();
    println!(
        "{requests_of_day} requests, {} MiB of log in {:.1} s; memory {} MiB after a quarter, {} MiB at the end, {} MiB at most",
        bytes >> 20,
        took.as_secs_f64(),
        early >> 20,
        late >> 20,
        most >> 20
    );
    assert_eq!(status, 1, "{errors:?}");
    assert!(most <= CEILING, "{} MiB", most >> 20);
    // What grows with every request would have grown by three quarters of it all.
    assert!(late <= early + early / 4 + (8 << 20), "{} MiB, then {} MiB", early >> 20, late >> 20);
    let summary: serde_json::Value = serde_json::from_str(said.last().expect("a summary")).expect("JSON");
    let transactions = &summary["transactions"];
    assert_eq!(transactions["total"], requests_of_day, "every request was seen: {summary}");
    assert!(transactions["open"].as_u64().is_some_and(|open| open < 200), "{transactions}");
    let problems = summary["problems"].as_array().expect("a list");
    let requests = |id: &str| -> u64 {
        let all = problems.iter().filter(|problem| problem["id"] == id && problem["node"] == "vcsc");
        all.filter_map(|problem| problem["requests"].as_u64()).sum()
    };
    assert_eq!(requests("TLS-001"), requests_of_day / 10, "every refusal was counted");
}
