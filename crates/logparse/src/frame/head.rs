//! What the first line of a record looks like, in every form a log arrives in.

use super::Form;
use super::stamp::{SHAPE, STAMP, fits, is_stamp};

/// Bytes after a line end that are always enough to tell whether they begin a record.
pub(super) const LOOK: usize = 256;

/// Why a shape was not found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Miss {
    /// The bytes are something else.
    Other,
    /// The bytes end before they tell.
    Short,
}

/// The bytes after a shape that was found.
type Rest<'b> = Result<&'b [u8], Miss>;

/// What a line is for the record it stands in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Head {
    /// It begins a record, which arrived in this form.
    Begins(Form),
    /// It begins none.
    Continues,
    /// Too few bytes are here to tell; at the end of the input that is a no.
    Unknown,
}

/// Tells whether these bytes, which follow a line end, begin a record, and in which form.
pub(super) fn head(bytes: &[u8]) -> Head {
    // Nearly every line of a log is settled by its first byte: dumps are led by a blank.
    match bytes.first() {
        Some(b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'<' | 0xEF) => {}
        Some(_) => return Head::Continues,
        None => return Head::Unknown,
    }
    if is_stamp(bytes) {
        return Head::Begins(Form::Plain);
    }
    // What follows nearly all heads of the proxy; the shapes below would take longer to say so.
    if bytes.starts_with(b"HTTPMSG:") {
        return Head::Continues;
    }
    match form(bytes) {
        Ok(form) => Head::Begins(form),
        Err(Miss::Other) => Head::Continues,
        Err(Miss::Short) => Head::Unknown,
    }
}

fn form(bytes: &[u8]) -> Result<Form, Miss> {
    match bytes.first() {
        Some(0xEF) => form_without_mark(literal(bytes, "\u{feff}".as_bytes())?),
        _ => form_without_mark(bytes),
    }
}

fn form_without_mark(bytes: &[u8]) -> Result<Form, Miss> {
    match *bytes.first().ok_or(Miss::Short)? {
        b'0'..=b'9' => match iso(bytes) {
            Ok(_) => Ok(Form::Plain),
            Err(Miss::Other) => versioned(bytes),
            Err(Miss::Short) => versioned(bytes).map_err(|_| Miss::Short),
        },
        b'<' => packet(bytes),
        b'A'..=b'Z' | b'a'..=b'z' => {
            let shapes = [bsd(bytes).map(|_| Form::Bsd), editor(bytes), timeless(bytes)];
            let found = shapes.iter().find_map(|shape| shape.ok());
            let short = shapes.contains(&Err(Miss::Short));
            found.ok_or(if short { Miss::Short } else { Miss::Other })
        }
        _ => Err(Miss::Other),
    }
}

/// `1 <stamp>` of RFC 5424 without its priority, or `<length> <PRI>…` of syslog over TLS.
fn versioned(bytes: &[u8]) -> Result<Form, Miss> {
    let (number, rest) = digits(bytes, 6)?;
    let rest = literal(rest, b" ")?;
    match rest.first().ok_or(Miss::Short)? {
        b'<' => packet(rest),
        _ if number == b"1" => iso(rest).map(|_| Form::RemoteSyslog5424),
        _ => Err(Miss::Other),
    }
}

/// `<PRI>` and what may follow it.
fn packet(bytes: &[u8]) -> Result<Form, Miss> {
    let (_, rest) = digits(literal(bytes, b"<")?, 3)?;
    let rest = literal(rest, b">")?;
    match *rest.first().ok_or(Miss::Short)? {
        b'0'..=b'9' => match iso(rest) {
            Ok(_) => Ok(Form::RemoteSyslog3164),
            Err(Miss::Short) if rest.get(1) != Some(&b' ') => Err(Miss::Short),
            Err(_) => iso(literal(rest, b"1 ")?).map(|_| Form::RemoteSyslog5424),
        },
        _ => bsd(rest).map(|_| Form::RemoteSyslog3164),
    }
}

/// `Line 190: ` in front of a head: what an editor's search writes.
fn editor(bytes: &[u8]) -> Result<Form, Miss> {
    let (_, rest) = digits(literal(bytes, b"Line ")?, 9)?;
    let rest = blanks(literal(rest, b":")?, 4)?;
    match *rest.first().ok_or(Miss::Short)? {
        b'<' => packet(rest)?,
        b'0'..=b'9' => iso(rest).map(|_| Form::Pasted)?,
        _ => match (bsd(rest), timeless(rest)) {
            (Err(miss), Err(Miss::Other)) | (Err(Miss::Other), Err(miss)) => return Err(miss),
            (Err(Miss::Short), Err(Miss::Short)) => return Err(Miss::Short),
            _ => Form::Pasted,
        },
    };
    Ok(Form::Pasted)
}

/// `host program[pid]: Module=`: a record whose time was cut off. All of it is asked for, because nothing else
/// tells it from prose.
fn timeless(bytes: &[u8]) -> Result<Form, Miss> {
    let rest = blanks(literal(names(bytes, 64)?, b" ")?, 1)?;
    let rest = literal(names(rest, 32)?, b"[")?;
    let (_, rest) = digits(rest, 7)?;
    let rest = blanks(literal(rest, b"]:")?, 2)?;
    let begins: [&[u8]; 6] = [b"UTCTime=\"", b"Module=\"", b"Event=\"", b"Level=\"", b"Detail=\"", b"[ET_"];
    let tried = begins.map(|begin| literal(rest, begin).map(|_| Form::Pasted));
    let short = tried.contains(&Err(Miss::Short));
    tried.iter().find_map(|found| found.ok()).ok_or(if short { Miss::Short } else { Miss::Other })
}

/// `YYYY-MM-DDThh:mm:ss`
fn iso(bytes: &[u8]) -> Rest<'_> {
    if is_stamp(bytes) {
        return Ok(&bytes[STAMP..]);
    }
    let fits = bytes.iter().zip(SHAPE).take_while(|(byte, shape)| fits(**byte, **shape)).count();
    Err(if fits == bytes.len() { Miss::Short } else { Miss::Other })
}

const MONTHS: [&[u8; 3]; 12] =
    [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];

/// `Mon dd hh:mm:ss[.fff] `, not followed by a year: that is a date in running text, not a stamp.
fn bsd(bytes: &[u8]) -> Rest<'_> {
    let month = bytes.get(..3).ok_or_else(|| {
        let may = MONTHS.iter().any(|month| month.starts_with(bytes));
        if may { Miss::Short } else { Miss::Other }
    })?;
    if !MONTHS.iter().any(|name| *name == month) {
        return Err(Miss::Other);
    }
    let rest = blanks(literal(&bytes[3..], b" ")?, 1)?;
    let (_, mut rest) = digits(rest, 2)?;
    for before in [b" ", b":", b":"] {
        let (number, after) = digits(literal(rest, before)?, 2)?;
        if number.len() != 2 {
            return Err(Miss::Other);
        }
        rest = after;
    }
    if rest.first() == Some(&b'.') {
        rest = digits(&rest[1..], 9)?.1;
    }
    let rest = literal(rest, b" ")?;
    let digits = rest.iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
    match rest.get(digits) {
        None => Err(Miss::Short),
        Some(after) if after.is_ascii_whitespace() && matches!(digits, 0 | 4) => Err(Miss::Other),
        Some(_) => Ok(rest),
    }
}

fn literal<'b>(bytes: &'b [u8], wanted: &[u8]) -> Rest<'b> {
    match bytes.strip_prefix(wanted) {
        Some(rest) => Ok(rest),
        None if wanted.starts_with(bytes) => Err(Miss::Short),
        None => Err(Miss::Other),
    }
}

/// One to `most` digits, and what follows them.
fn digits(bytes: &[u8], most: usize) -> Result<(&[u8], &[u8]), Miss> {
    let count = bytes.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
    match (count, bytes.len()) {
        (count, length) if count == length && count < most => Err(Miss::Short),
        (0, _) => Err(Miss::Other),
        _ => Ok(bytes.split_at(count)),
    }
}

/// One to `most` bytes of a host's or program's name.
fn names(bytes: &[u8], most: usize) -> Rest<'_> {
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(**byte, b'_' | b'-' | b'.');
    let count = bytes.iter().take(most).take_while(is_name).count();
    match (count, bytes.len()) {
        (count, length) if count == length && count < most => Err(Miss::Short),
        (0, _) => Err(Miss::Other),
        _ => Ok(&bytes[count..]),
    }
}

/// Up to `most` blanks.
fn blanks(bytes: &[u8], most: usize) -> Rest<'_> {
    let count = bytes.iter().take(most).take_while(|byte| **byte == b' ').count();
    if count == bytes.len() { Err(Miss::Short) } else { Ok(&bytes[count..]) }
}

/// Tells whether a record, complete to its last line end, still waits for the lines of a message dump.
///
/// A head at DEBUG level without `Msg=` announces a dump; a dump ends with a line that holds only a bar.
/// Used only when the input pauses: the next head ends a record in any case.
pub(super) fn awaits_dump(record: &[u8]) -> bool {
    let head_end = memchr::memchr(b'\n', record).unwrap_or(record.len());
    let (head, rest) = record.split_at(head_end);
    let has = |hay: &[u8], needle: &str| memchr::memmem::find(hay, needle.as_bytes()).is_some();
    if !has(rest, "MSG:") {
        return has(head, "Level=\"DEBUG\"") && !has(head, "Msg=\"") && head.trim_ascii_end() != head;
    }
    !rest.split(|&byte| byte == b'\n').any(|line| line.trim_ascii() == b"|")
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADS: [(&str, Form); 14] = [
        ("2022-07-11T18:55:25.910+02:00 vcsc", Form::Plain),
        ("\u{feff}2022-07-11T18:55:25Z vcsc", Form::Plain),
        ("Jul 11 18:55:25 vcsc tvcs: x", Form::Bsd),
        ("Jul  1 18:55:25.120 user.info cms", Form::Bsd),
        ("<166>Jul  1 18:55:25 vcsc tvcs: x", Form::RemoteSyslog3164),
        ("<166>2022-07-11T18:55:25Z vcsc tvcs: x", Form::RemoteSyslog3164),
        ("<182>1 2024-03-18T16:54:33.000+01:00 vcsc", Form::RemoteSyslog5424),
        ("1 2024-03-18T16:54:33.000+01:00 vcsc tvcs", Form::RemoteSyslog5424),
        ("212 <182>1 2024-03-18T16:54:33.000+01:00 v", Form::RemoteSyslog5424),
        ("Line 190: 2015-05-07T10:00:00-04:00 vcsc", Form::Pasted),
        ("Line 1:   Jul 11 18:55:25 vcsc tvcs: x", Form::Pasted),
        ("vcse.example traffic_server[15550]: Module=\"n\"", Form::Pasted),
        ("Line 3: vcse traffic_server[1]: [ET_NET 1] E", Form::Pasted),
        ("Mars traffic_server[1]:Event=\"Request Allowed\"", Form::Pasted),
    ];

    #[test]
    fn heads_of_every_form() {
        for (text, form) in HEADS {
            assert_eq!(head(text.as_bytes()), Head::Begins(form), "{text}");
        }
    }

    #[test]
    fn a_longer_look_never_changes_the_answer() {
        for text in
            ["Mar  4 10:00:06 x\n2023", "Mar  4 10:00:06 10\n", "Mar  4 10:00:06 2023\n", "May be\n", "1 x\n"]
        {
            let whole = head(text.as_bytes());
            for end in 0..text.len() {
                let answer = head(&text.as_bytes()[..end]);
                assert!(answer == Head::Unknown || answer == whole, "{end} bytes of {text}: {answer:?}");
            }
        }
        for (text, form) in HEADS {
            for end in 0..text.len() {
                let answer = head(&text.as_bytes()[..end]);
                assert!(
                    matches!(answer, Head::Unknown) || answer == Head::Begins(form),
                    "{end} bytes of {text}: {answer:?}"
                );
            }
        }
    }

    #[test]
    fn what_begins_no_record() {
        for text in [
            " 2022-07-11T18:55:25 x",
            "2022-07-11 18:55:25 x",
            "|GET / HTTP/1.1",
            "\n",
            "Jul 11 18:55:25 2022 GMT\n",
            "May the force be with you",
            "Line 4: text\n",
            "<rule a=\"\">\n",
            "<166>x\n",
            "17 <b>\n",
            "1 x\n",
            "host prog[1]: text\n",
            "a traffic_server[12345678]: Module=\"\"",
            "Line 4: Jan\n",
            "===x===",
            "\u{ef}\n",
        ] {
            assert_eq!(head(text.as_bytes()), Head::Continues, "{text}");
        }
    }
}
