//! The `Detail` of an INFO line of `network.sip`: the main fields of a message on one line (log grammar, a4).
//!
//! `Receive Request Method=M, CSeq=n, Request-URI=u, …` or `Sending Response Code=nnn, Method=M, CSeq=n, To=u, …`.
//! The values have no quotes, so a comma ends one only where a blank and a known name follow. No URI has a blank, so that
//! nobody can put a field of his own into one.

/// The main fields of a SIP message. What the line leaves out is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Index<'b> {
    /// Method of the request, or of the request that is answered.
    pub method: &'b str,
    /// Status code; absent in requests.
    pub code: Option<u16>,
    /// Number of the request within its dialogue.
    pub cseq: Option<u32>,
    /// Request-URI of a request.
    pub request_uri: &'b str,
    /// Whom it is for, in responses and in some requests.
    pub to: &'b str,
    /// Call-ID.
    pub call_id: &'b str,
    /// Tag of the caller.
    pub from_tag: &'b str,
    /// Tag of the called; empty until he answers.
    pub to_tag: &'b str,
    /// Hash of the message on this box.
    pub hash: Option<u64>,
    /// Session identifier of this side (RFC 7989). All zeros: not known. Absent in some releases.
    pub local_session: &'b str,
    /// Session identifier of the other side.
    pub remote_session: &'b str,
}

/// The longest name of a field.
const LONGEST: usize = "Remote-SessionID".len();

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    Method,
    Code,
    CSeq,
    RequestUri,
    To,
    CallId,
    FromTag,
    ToTag,
    Hash,
    LocalSession,
    RemoteSession,
}

impl<'b> Index<'b> {
    /// Reads a `Detail`; `None` where it is of another form.
    pub fn read(detail: &'b str) -> Option<Self> {
        let mut index = Self::default();
        for (name, value) in fields(detail)? {
            match name {
                Name::Method => index.method = value,
                Name::Code => index.code = value.parse().ok(),
                Name::CSeq => index.cseq = value.parse().ok(),
                Name::RequestUri => index.request_uri = value,
                Name::To => index.to = value,
                Name::CallId => index.call_id = value,
                Name::FromTag => index.from_tag = value,
                Name::ToTag => index.to_tag = value,
                Name::Hash => index.hash = value.parse().ok(),
                Name::LocalSession => index.local_session = value,
                Name::RemoteSession => index.remote_session = value,
            }
        }
        Some(index)
    }
}

/// One field of a `Detail`, empty where the line leaves it out; `None` where the `Detail` is of another form. Reads no
/// further than that field.
pub(super) fn value(detail: &str, wanted: Name) -> Option<&str> {
    let mut fields = fields(detail)?;
    if wanted == Name::Code && is_request(detail) {
        return Some("");
    }
    fields.find(|(name, _)| *name == wanted).map_or(Some(""), |(_, value)| Some(value))
}

/// The fields of a `Detail` in their order; `None` where it is of another form.
fn fields(detail: &str) -> Option<impl Iterator<Item = (Name, &str)>> {
    let mut rest = fields_of(detail)?;
    Some(std::iter::from_fn(move || {
        let (name, value, after) = next_field(rest)?;
        rest = after;
        Some((name, value))
    }))
}

/// The code of a response, if it is none: without it the line does not say what was answered.
pub(super) fn bad_code(detail: &str) -> Option<&str> {
    let code = fields_of(detail)?.strip_prefix("Code=")?;
    let is_code = |code: &[u8]| code.iter().all(u8::is_ascii_digit);
    let ends = matches!(code.as_bytes().get(3), None | Some(b',' | b' '));
    if ends && code.as_bytes().get(..3).is_some_and(is_code) { None } else { Some(code) }
}

/// Whether a `Detail` is about a request, which has no code.
fn is_request(detail: &str) -> bool {
    detail.split(' ').nth(1) == Some("Request")
}

/// What follows `Receive Request`, `Sending Response` and the like.
fn fields_of(detail: &str) -> Option<&str> {
    let rest =
        ["Receive ", "Received ", "Sending ", "Sent "].iter().find_map(|verb| detail.strip_prefix(verb))?;
    let rest = rest.strip_prefix("Request ").or_else(|| rest.strip_prefix("Response "))?;
    name_at(rest).map(|_| rest)
}

/// The known name at the start of a text, and what follows its `=`.
fn name_at(text: &str) -> Option<(Name, &str)> {
    let window = text.as_bytes().get(..LONGEST + 1).unwrap_or(text.as_bytes());
    let equals = memchr::memchr(b'=', window)?;
    let name = match text.get(..equals)? {
        "Method" => Name::Method,
        "Code" => Name::Code,
        "CSeq" => Name::CSeq,
        "Request-URI" => Name::RequestUri,
        "To" => Name::To,
        "Call-ID" => Name::CallId,
        "From-Tag" => Name::FromTag,
        "To-Tag" => Name::ToTag,
        "Msg-Hash" => Name::Hash,
        "Local-SessionID" => Name::LocalSession,
        "Remote-SessionID" => Name::RemoteSession,
        _ => return None,
    };
    Some((name, &text[equals + 1..]))
}

/// Takes `name=value` off a list.
fn next_field(text: &str) -> Option<(Name, &str, &str)> {
    let (name, value) = name_at(text)?;
    let mut from = 0;
    while let Some(at) = memchr::memchr(b',', &value.as_bytes()[from..]) {
        let comma = from + at;
        let rest = &value[comma + 1..];
        let next = rest.trim_start();
        if next.len() < rest.len() && name_at(next).is_some() {
            return Some((name, value[..comma].trim(), next));
        }
        from = comma + 1;
    }
    Some((name, value.trim(), ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comma_inside_a_value() {
        let detail = "Receive Request Method=INVITE, CSeq=7, Request-URI=sip:a,b@example.com;x=1, Call-ID=c1@192.0.2.1, \
                      From-Tag=f, To-Tag=, Msg-Hash=14340233468942773735";
        let index = Index::read(detail).expect("an index");
        assert_eq!(
            (index.method, index.cseq, index.request_uri),
            ("INVITE", Some(7), "sip:a,b@example.com;x=1")
        );
        assert_eq!((index.to_tag, index.hash), ("", Some(14_340_233_468_942_773_735)));
        assert_eq!(value(detail, Name::CallId), Some(index.call_id));
        assert_eq!((value(detail, Name::Code), value(detail, Name::RemoteSession)), (Some(""), Some("")));
    }

    #[test]
    fn one_field_alone() {
        let detail = "Sending Response Code=408, Method=SERVICE, CSeq=2, To=sip:a@example.com, Call-ID=c2";
        assert_eq!(value(detail, Name::Code), Some("408"));
        assert_eq!(value(detail, Name::Method), Some("SERVICE"));
        assert_eq!(value(detail, Name::CallId), Some("c2"));
        assert_eq!(value("TLS handshake done", Name::Method), None);
    }

    #[test]
    fn a_uri_that_looks_like_fields() {
        let uri = "sip:bob,Call-ID=zz,Method=BYE,Msg-Hash=7@corp.example";
        for (before, name) in
            [("Receive Request Method=ACK", "Request-URI"), ("Sending Response Code=200, Method=ACK", "To")]
        {
            let detail = format!("{before}, CSeq=7, {name}={uri}, Call-ID=a1@192.0.2.9, Msg-Hash=5");
            let index = Index::read(&detail).expect("an index");
            assert_eq!((index.method, index.call_id, index.hash), ("ACK", "a1@192.0.2.9", Some(5)));
            assert_eq!(if name == "To" { index.to } else { index.request_uri }, uri);
            assert_eq!(value(&detail, Name::CallId), Some(index.call_id));
            assert_eq!(value(&detail, Name::Method), Some(index.method));
        }
    }

    #[test]
    fn other_forms() {
        assert_eq!(Index::read("TLS handshake done"), None);
        assert_eq!(Index::read("Sending Request of a kind"), None);
        assert_eq!(bad_code("Sending Response Code=4x8, Method=SERVICE"), Some("4x8, Method=SERVICE"));
        assert_eq!(bad_code("Sending Response Code=40, Method=SERVICE"), Some("40, Method=SERVICE"));
        assert_eq!(bad_code("Sending Response Code=408"), None);
        assert_eq!(bad_code("Receive Request Method=SERVICE"), None);
    }
}
