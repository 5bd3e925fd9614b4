//! What holds for any bytes whatever. Used by the fuzz targets and by the replay of their corpus.
#![allow(dead_code, reason = "a fuzz target uses one of these")]

use std::ops::Range;
use waytrace_logparse::keyval::{self, Fields, Item};
use waytrace_logparse::{Envelope, Frame, Framer, Reader, body, envelope::envelope, parse_record};

/// Frames put end to end are the input, and portions never change them. The first byte says how large those are.
pub(crate) fn framing(data: &[u8]) {
    let Some((size, log)) = data.split_first() else { return };
    let whole = frames(&[log], Framer::next_frame);
    let portions: Vec<&[u8]> = log.chunks(usize::from(*size) + 1).collect();
    assert_eq!(frames(&portions, Framer::next_frame), whole);
    assert_eq!(concat(&whole), log);
    let (mut line, mut offset) = (1, 0);
    for (raw, text, at_line, at_offset) in whole {
        assert_eq!((line, offset), (at_line, at_offset));
        assert!(!raw.is_empty() && text.len() <= 4 * raw.len());
        line += raw.split(|byte| *byte == b'\n').count() as u64 - 1;
        offset += raw.len() as u64;
    }
}

/// The body is the end of its line; host and process are parts of what stands before it.
pub(crate) fn envelope_of(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for line in text.lines() {
        let (found, body) = envelope(line);
        assert!(line.ends_with(body));
        for part in [found.host, found.process, found.component] {
            assert!(part.is_empty() || place(line, part).is_some());
        }
        assert!(found.stamp.is_none() || found.yearless.is_none());
    }
}

/// Pairs and texts are parts of the body, in order, and the table of pairs holds the same.
pub(crate) fn fields(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut end = 0;
    let mut pairs = Vec::new();
    for item in keyval::items(&text) {
        let parts = match item {
            Item::Pair(key, value) => {
                pairs.push((key, value));
                [key, value]
            }
            Item::Text(words) => [words, ""],
        };
        for part in parts.into_iter().filter(|part| !part.is_empty()) {
            let place = place(&text, part).expect("a part of the body");
            assert!(place.start >= end, "{item:?} is out of order");
            end = place.end;
        }
    }
    let table = Fields::of(&text);
    assert_eq!(table.iter().collect::<Vec<_>>(), pairs);
    for (key, _) in &pairs {
        let first = pairs.iter().find(|(name, _)| name == key).map(|(_, value)| value.trim());
        assert_eq!(table.get(key), first);
    }
    let most = text.len() + 1;
    assert!(keyval::list(&text).take(most + 1).count() <= most);
    assert!(keyval::bare(&text).take(most + 1).count() <= most);
    assert!(keyval::addresses(&text).take(most + 1).count() <= most);
    assert!(keyval::addresses(&text).all(|address| address.host_and_port().0.len() <= address.address.len()));
}

/// Every body gives an event, whoever wrote it.
pub(crate) fn bodies(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (head, continuation) = text.split_once('\n').unwrap_or((&text, ""));
    for process in ["traffic_server", "tvcs", "XCP_CM2", "httpd", "edgeconfigprovisioning", "_c_mgmt", ""] {
        let envelope = Envelope { process, ..Envelope::default() };
        assert!(!body::event(&envelope, head, continuation).kind().is_empty());
    }
}

/// Every byte is in exactly one record, read at once or followed live, and every record is counted with its form.
pub(crate) fn reader(data: &[u8]) {
    let mut reader = Reader::new(data);
    let (mut bytes, mut count) = (Vec::new(), 0);
    while let Some(record) = reader.next_record().expect("memory can be read") {
        bytes.extend_from_slice(record.frame.raw);
        assert!(!record.event.kind().is_empty());
        count += 1;
    }
    assert_eq!(bytes, data);
    assert_eq!(reader.forms().iter().map(|(_, count)| count).sum::<u64>(), count);
    let portions: Vec<&[u8]> = data.chunks(64).collect();
    let live = frames(&portions, |framer| {
        let frame = framer.next_frame_at_pause()?;
        assert!(!parse_record(frame).event.kind().is_empty());
        Some(frame)
    });
    assert_eq!(concat(&live), data);
}

type Owned = (Vec<u8>, String, u64, u64);

fn frames(portions: &[&[u8]], next: impl for<'b> Fn(&'b mut Framer) -> Option<Frame<'b>>) -> Vec<Owned> {
    let mut framer = Framer::new();
    let mut out = Vec::new();
    let mut take = |framer: &mut Framer| {
        while let Some(frame) = next(framer) {
            out.push((frame.raw.to_vec(), frame.text.to_owned(), frame.line, frame.offset));
        }
    };
    for portion in portions {
        framer.push(portion);
        take(&mut framer);
    }
    framer.finish();
    take(&mut framer);
    assert_eq!(framer.pending(), 0);
    out
}

fn concat(frames: &[Owned]) -> Vec<u8> {
    frames.iter().flat_map(|frame| frame.0.iter().copied()).collect()
}

fn place(whole: &str, part: &str) -> Option<Range<usize>> {
    let start = (part.as_ptr() as usize).checked_sub(whole.as_ptr() as usize)?;
    (start + part.len() <= whole.len()).then_some(start..start + part.len())
}
