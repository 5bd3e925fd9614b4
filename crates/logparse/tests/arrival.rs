//! Whole inputs in every form a log arrives in, read from the first byte to the last event.

use waytrace_logparse::body::ats::Message;
use waytrace_logparse::body::http::Step;
use waytrace_logparse::body::message::StartLine;
use waytrace_logparse::{Event, Foreign, Form, Reader};

/// One line for each record that is no loose text: kind and what a reader would ask first.
fn story(log: &[u8]) -> (Vec<String>, Vec<(Form, u64)>) {
    let mut reader = Reader::new(log);
    let mut story = Vec::new();
    let mut bytes = Vec::new();
    while let Some(record) = reader.next_record().expect("memory can be read") {
        bytes.extend_from_slice(record.frame.raw);
        let line = match record.event {
            Event::Http(step) => {
                let start = match step.start {
                    Some(StartLine::Status { code, reason }) => format!("{code} {reason}"),
                    Some(StartLine::Request { method, .. }) => method.to_owned(),
                    _ => String::new(),
                };
                let word = match step.step {
                    Step::ReceiveRequest => "<-",
                    Step::SendingRequest => "->",
                    Step::ReceiveResponse => "=<",
                    Step::SendingResponse => "=>",
                    _ => "?",
                };
                format!("{} {word} {}", step.txn_id, start.trim())
            }
            Event::Diagnostic(line) => match line.message {
                Message::VerifyFailed { origin, error, depth } => {
                    format!("verify {} {} {depth} {error}", origin.name, origin.ip)
                }
                Message::NameMismatch { origin } => format!("name {} {}", origin.name, origin.ip),
                Message::ConnectFailed { name, error } => format!("connect {name} {}", error.reason),
                other => other.kind().to_owned(),
            },
            Event::Opaque(_) if record.form() == Form::Loose => continue,
            event => event.kind().to_owned(),
        };
        story.push(line);
    }
    assert_eq!(bytes, log, "the frames are the input");
    (story, reader.forms().iter().collect())
}

#[test]
fn a_page_of_a_vendor_gives_its_transactions() {
    let (story, forms) = story(include_bytes!("../../../testdata/arrival/pasted-page.txt"));
    let expected = [
        "189 <- GET",
        "access.allowed",
        "189 -> GET",
        "189 =< 200",
        "189 => 200",
        "191 <- GET",
        "191 -> GET",
        "verify cucm.example.net 192.0.2.215 0 self signed certificate",
        "connect cucm.example.net certificate verify failed",
        "191 => 502 connect failed",
        "144 <- GET",
        "144 -> GET",
        "name 192.0.2.215 192.0.2.215",
        "connect 192.0.2.215 certificate verify failed",
    ];
    assert_eq!(story, expected);
    assert!(forms.contains(&(Form::Pasted, 6)), "{forms:?}");
}

#[test]
fn a_ticket_with_everything_on_one_line() {
    let step = |ms: u32, detail: &str, rest: &str| {
        format!(
            "Line {ms}: 2023-03-04T10:00:05.{ms}+02:00 expc traffic_server[7]: UTCTime=\"2023-03-04 09:00:05,{ms}\" \
             Module=\"network.http.trafficserver\" Level=\"INFO\": Detail=\"{detail}\" Txn-id=\"9\" {rest}"
        )
    };
    let log = [
        step(100, "Receive Request", "Src-ip=\"192.0.2.1\" Msg=\"GET / HTTP/1.1\""),
        step(200, "Receive Response", "Src-ip=\"192.0.2.2\" Msg=\" HTTP/1.1 200 OK \""),
        step(300, "Sending Response", "Dst-ip=\"192.0.2.1\" Msg=\"HTTP/1.1 200 OK\""),
    ];
    let (events, forms) = story(log.join(" ").as_bytes());
    assert_eq!(events, ["9 <- GET", "9 =< 200 OK", "9 => 200 OK"]);
    assert_eq!(forms, [(Form::Pasted, 3)]);
}

#[test]
fn remote_syslog_gives_the_same_events_as_the_file() {
    let local = "2023-03-04T10:00:06.016+02:00 expc traffic_server[42]: [ET_NET 0] WARNING: SNI (192.0.2.7) not in \
                 certificate. Action=Terminate server=192.0.2.7(192.0.2.7)";
    let log = format!(
        "<182>1 2023-03-04T10:00:06.000+02:00 expc traffic_server 42 - [meta sequenceId=\"1\"] {local}\n\n\
         1 2023-03-04T10:00:06.000+02:00 expc traffic_server 42 - - {local}\n\
         <166>Mar  4 10:00:06 expc traffic_server[42]: {local}\n\
         Mar  4 10:00:06 expc traffic_server[42]: {local}\n\
         2023-03-04T10:00:06+02:00 expc traffic_server[42]: {local}\n\
         <166>2023-03-04T08:00:06Z expc traffic_server[42]: {}\n\
         {local}\n",
        &local[local.find("[ET").expect("a body")..]
    );
    let (events, forms) = story(log.as_bytes());
    assert_eq!(events, vec!["name 192.0.2.7 192.0.2.7"; 7]);
    let expected = [(Form::Plain, 1), (Form::RemoteSyslog3164, 4), (Form::RemoteSyslog5424, 2)];
    assert_eq!(forms, expected);
}

#[test]
fn a_snapshot_with_dumps_is_never_an_excerpt() {
    let record = "2023-03-04T10:00:06.016+02:00 expc tvcs: UTCTime=\"2023-03-04 08:00:06,016\" Module=\"network.sip\" \
                  Level=\"DEBUG\":  Action=\"Received\" Src-ip=\"192.0.2.7\" Msg-Hash=\"7\"\n SIPMSG:\n \
                  |INVITE sip:anna@example.net SIP/2.0\n Date: 2023-03-04T10:00:06.016+02:00 expc tvcs: Event=\"x\"\n \
                  Warning: 399 example.net \"text\"\n \n <a b=\"c\">\n </a>\n |\n\n";
    let log = record.repeat(50);
    let (events, forms) = story(log.as_bytes());
    assert_eq!((events.len(), forms), (50, vec![(Form::Plain, 50)]));
}

#[test]
fn a_record_whose_head_is_lost_still_has_its_fields() {
    let log = "Thread=\"0x7f\": Method=\"::x\" Detail=\"cut\"\nDetail=\"of another\" UTCTime=\"2023-03-04 08:00:06\"\n";
    assert_eq!(story(log.as_bytes()).0, ["fields", "fields"]);
}

#[test]
fn logs_of_other_products_are_counted_as_such() {
    let log = "2023-03-04\t10:00:06.016\tInfo\ttext\n\
               2023-03-04T10:00:06.016+02:00 appl[77]: MainEvents I: text\n\
               Mar  4 10:00:06 user.info cms1 host:server: INFO : text\n";
    let mut reader = Reader::new(log.as_bytes());
    while reader.next_record().expect("memory can be read").is_some() {}
    let products: Vec<_> = reader.forms().products().collect();
    assert_eq!(products, [(Foreign::RoomOs, 1), (Foreign::MeetingServer, 2)]);
}
