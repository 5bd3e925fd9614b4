//! `waytrace signatures`

use crate::args::{Format, Signatures};
use crate::commands::known::{catalogue, check_language};
use crate::exit::{Exit, Failure};
use crate::output::say;
use waytrace::{Signature, explain};

pub(crate) fn run(args: &Signatures) -> Result<Exit, Failure> {
    let catalogue = catalogue(&args.known)?;
    check_language(&catalogue, &args.shown.lang);
    let prefix = args.prefix.as_deref().unwrap_or("").to_ascii_uppercase();
    let title = |id: &str| {
        explain(&catalogue, id, &args.shown.lang).map_or_else(|_| String::new(), |entry| entry.text.title)
    };
    let wanted: Vec<&Signature> =
        catalogue.signatures().iter().filter(|s| s.id.starts_with(&prefix)).collect();
    let runbooks = catalogue.runbooks().iter().filter(|runbook| runbook.id.starts_with(&prefix));
    if args.format == Format::Json {
        let list: Vec<_> = wanted
            .iter()
            .map(|signature| {
                serde_json::json!({
                    "id": signature.id, "title": title(&signature.id), "severity": signature.severity,
                    "confidence": signature.confidence, "status": signature.status, "since": signature.since,
                    "products": signature.products, "languages": signature.languages().collect::<Vec<_>>(),
                })
            })
            .collect();
        say(&format!("{:#}\n", serde_json::Value::from(list)))?;
        return Ok(Exit::Clean);
    }
    let rows = wanted.iter().map(|signature| {
        let severity = serde_json::to_value(signature.severity).unwrap_or_default();
        format!("{:<10} {:<8} {}\n", signature.id, severity.as_str().unwrap_or(""), title(&signature.id))
    });
    let books = runbooks.map(|runbook| {
        format!("{:<10} {:<8} {}\n", runbook.id, "runbook", runbook.text(&args.shown.lang).title)
    });
    say(&rows.chain(books).collect::<String>())?;
    Ok(Exit::Clean)
}
