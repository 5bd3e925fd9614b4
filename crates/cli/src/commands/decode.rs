//! `waytrace decode`

use crate::args::{Decode, Format};
use crate::exit::{Exit, Failure};
use crate::output::say;
use waytrace::Escaped;

pub(crate) fn run(args: &Decode) -> Result<Exit, Failure> {
    let Some(decoded) = waytrace::decode(&args.text) else {
        let what = "is no proxy path: no part of it is base64 of `domain` or `domain/scheme/host/port`";
        return Err(Failure::Usage(format!("`{}` {what}", args.text)));
    };
    if args.format == Format::Json {
        let port = decoded.port;
        let value = serde_json::json!({
            "domain": decoded.domain, "scheme": decoded.scheme, "host": decoded.host, "port": port,
            "path": decoded.path, "service": decoded.service, "certificate": decoded.certificate,
        });
        say(&format!("{value:#}\n"))?;
        return Ok(Exit::Clean);
    }
    let port = decoded.port.map(|port| port.to_string());
    let path = (!decoded.path.is_empty()).then_some(decoded.path);
    let rows = [
        ("domain", Some(decoded.domain)),
        ("scheme", decoded.scheme),
        ("host", decoded.host),
        ("port", port),
        ("path", path),
        ("service", decoded.service),
        ("certificate", decoded.certificate),
    ];
    let known = rows.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let lines: Vec<_> = known.map(|(name, value)| format!("{name:<12}{}\n", Escaped(&value))).collect();
    say(&lines.concat())?;
    Ok(Exit::Clean)
}
