//! The names of events and what each is read as.
//!
//! The documented names of X15.5 with those that were seen in logs beside them (log grammar, a7, and the table of
//! events). The guide and the box differ in capitals, so names compare without case. A name that is not here is a
//! value, not a failure.

use super::alarm::AlarmState;
use super::call::{CallStep, RegistrationStep};
use super::tls::Direction;
use super::wanted::Source;
use std::cmp::Ordering;

/// What an event is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    Access,
    HttpError,
    Tls(Direction),
    Call(CallStep),
    Registration(RegistrationStep),
    Alarm(AlarmState),
    Config,
    Named(Source, &'static str),
}

impl Reading {
    /// Which source its kinds belong to.
    pub(super) fn source(self) -> Source {
        match self {
            Self::Access => Source::Access,
            Self::HttpError => Source::Http,
            Self::Tls(_) => Source::Tls,
            Self::Call(step) => step.source(),
            Self::Registration(_) => Source::Registration,
            Self::Alarm(_) => Source::Alarm,
            Self::Config => Source::Config,
            Self::Named(source, _) => source,
        }
    }
}

/// Looks an event's name up; unknown names are [`Reading::Named`] as `event.other`.
pub(super) fn reading(name: &str) -> Reading {
    let found = NAMES.binary_search_by(|(known, _)| compare(known, name));
    found.map_or(Reading::Named(Source::Event, "event.other"), |at| NAMES[at].1)
}

/// Compares a known name, which is in lower case, with one in any case.
fn compare(known: &str, name: &str) -> Ordering {
    known.bytes().cmp(name.bytes().map(|byte| byte.to_ascii_lowercase()))
}

use CallStep as C;
use Reading::{Access, Alarm, Call, Config, HttpError, Named, Registration, Tls};
use RegistrationStep as R;

/// In lower case, sorted.
static NAMES: [(&str, Reading); 98] = [
    ("admin session cba authorization failure", Named(Source::Web, "web.cba_refused")),
    ("admin session finish", Named(Source::Web, "web.session_finished")),
    ("admin session login failure", Named(Source::Web, "web.login_failed")),
    ("admin session start", Named(Source::Web, "web.session_started")),
    ("alarm acknowledged", Alarm(AlarmState::Acknowledged)),
    ("alarm lowered", Alarm(AlarmState::Lowered)),
    ("alarm raised", Alarm(AlarmState::Raised)),
    ("application exit", Named(Source::System, "system.application_exit")),
    ("application failed", Named(Source::System, "system.application_failed")),
    ("application start", Named(Source::System, "system.application_start")),
    ("application warning", Named(Source::System, "system.application_warning")),
    ("authentication failed", Named(Source::Auth, "auth.failed")),
    ("authorization failure", Named(Source::Auth, "auth.refused")),
    ("beginning system backup", Named(Source::System, "system.backup_started")),
    ("beginning system restore", Named(Source::System, "system.restore_started")),
    ("call answer attempted", Call(C::AnswerAttempted)),
    ("call attempted", Call(C::Attempted)),
    ("call bandwidth changed", Call(C::BandwidthChanged)),
    ("call connected", Call(C::Connected)),
    ("call disconnected", Call(C::Disconnected)),
    ("call diverted", Call(C::Diverted)),
    ("call inactivity timer", Call(C::InactivityTimer)),
    ("call rejected", Call(C::Rejected)),
    ("call rerouted", Call(C::Rerouted)),
    ("cba authorization failure", Named(Source::Auth, "auth.cba_refused")),
    ("certificate management", Named(Source::System, "system.certificate_changed")),
    ("completed system backup", Named(Source::System, "system.backup_completed")),
    ("completed system restore", Named(Source::System, "system.restore_completed")),
    ("configlog cleared", Named(Source::System, "system.configlog_cleared")),
    ("decode error", Named(Source::Message, "message.decode_error")),
    ("diagnostic logging", Named(Source::System, "system.diagnostic_logging")),
    ("error response sent", Named(Source::Relay, "relay.error_sent")),
    ("eventlog cleared", Named(Source::System, "system.eventlog_cleared")),
    ("external server communication failure", Named(Source::Server, "server.communication_failure")),
    ("external server communications failure", Named(Source::Server, "server.communication_failure")),
    ("hardware failure", Named(Source::System, "system.hardware_failure")),
    ("inbound tls negotiation error", Tls(Direction::Inbound)),
    ("intrusion protection blocking", Named(Source::System, "system.intrusion_blocked")),
    ("intrusion protection unblocking", Named(Source::System, "system.intrusion_unblocked")),
    ("license limit reached", Named(Source::License, "license.limit_reached")),
    ("message received", Named(Source::Message, "message.received")),
    ("message rejected", Named(Source::Message, "message.rejected")),
    ("message sent", Named(Source::Message, "message.sent")),
    ("operator call disconnect", Call(C::DisconnectedByOperator)),
    ("outbound tls negotiation error", Tls(Direction::Outbound)),
    ("package install", Named(Source::System, "system.package_installed")),
    ("policy change", Named(Source::System, "system.policy_changed")),
    ("post request failed", Named(Source::Web, "web.post_failed")),
    ("provisioning", Named(Source::Provisioning, "provisioning.event")),
    ("reboot requested", Named(Source::System, "system.reboot_requested")),
    ("registration accepted", Registration(R::Accepted)),
    ("registration refresh accepted", Registration(R::RefreshAccepted)),
    ("registration refresh rejected", Registration(R::RefreshRejected)),
    ("registration refresh requested", Registration(R::RefreshRequested)),
    ("registration rejected", Registration(R::Rejected)),
    ("registration removed", Registration(R::Removed)),
    ("registration requested", Registration(R::Requested)),
    ("relay allocated", Named(Source::Relay, "relay.allocated")),
    ("relay deleted", Named(Source::Relay, "relay.deleted")),
    ("relay expired", Named(Source::Relay, "relay.expired")),
    ("request allowed", Access),
    ("request blocked", Access),
    ("request denied", Access),
    ("request failed", Named(Source::Server, "server.factory_failed")),
    ("request received", Named(Source::Message, "message.request_received")),
    ("request rejected", Access),
    ("request sent", Named(Source::Message, "message.request_sent")),
    ("request successful", Named(Source::Server, "server.factory_succeeded")),
    ("response received", Named(Source::Message, "message.response_received")),
    ("response sent", Named(Source::Message, "message.response_sent")),
    ("restart requested", Named(Source::System, "system.restart_requested")),
    ("search attempted", Call(C::SearchAttempted)),
    ("search cancelled", Call(C::SearchCancelled)),
    ("search completed", Call(C::SearchCompleted)),
    ("search loop detected", Call(C::SearchLoop)),
    ("secure mode disabled", Named(Source::System, "system.secure_mode_disabled")),
    ("secure mode enabled", Named(Source::System, "system.secure_mode_enabled")),
    ("security alert", Named(Source::System, "system.security_alert")),
    ("sending http error response", HttpError),
    ("success response sent", Named(Source::Relay, "relay.success_sent")),
    ("system backup completed", Named(Source::System, "system.backup_completed")),
    ("system backup error", Named(Source::System, "system.backup_failed")),
    ("system backup started", Named(Source::System, "system.backup_started")),
    ("system configuration changed", Config),
    ("system restore backing up current config", Named(Source::System, "system.restore_saving_config")),
    (
        "system restore backup of current config completed",
        Named(Source::System, "system.restore_saved_config"),
    ),
    ("system restore completed", Named(Source::System, "system.restore_completed")),
    ("system restore error", Named(Source::System, "system.restore_failed")),
    ("system restore started", Named(Source::System, "system.restore_started")),
    ("system shutdown", Named(Source::System, "system.shutdown")),
    ("system snapshot completed", Named(Source::System, "system.snapshot_completed")),
    ("system snapshot started", Named(Source::System, "system.snapshot_started")),
    ("system start", Named(Source::System, "system.start")),
    ("tls negotiation error", Tls(Direction::Unsaid)),
    ("unregistration accepted", Registration(R::UnregistrationAccepted)),
    ("unregistration rejected", Registration(R::UnregistrationRejected)),
    ("unregistration requested", Registration(R::UnregistrationRequested)),
    ("upgrade", Named(Source::System, "system.upgrade")),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::wanted::KINDS;

    #[test]
    fn the_table_is_sorted_and_its_kinds_are_known() {
        assert!(NAMES.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for (name, reading) in NAMES {
            assert_eq!(name, name.to_ascii_lowercase());
            if let Named(source, kind) = reading {
                assert!(KINDS.contains(&kind), "{kind}");
                assert_eq!(Source::of(kind), Some(source), "{kind}");
            }
            if let Call(step) = reading {
                assert_eq!(Source::of(step.kind()), Some(step.source()), "{name}");
            }
        }
    }

    #[test]
    fn names_compare_without_case() {
        for name in ["Alarm Raised", "Alarm raised", "ALARM RAISED"] {
            assert_eq!(reading(name), Alarm(AlarmState::Raised));
        }
        assert_eq!(reading("Alarm"), Named(Source::Event, "event.other"));
        assert_eq!(reading(""), Named(Source::Event, "event.other"));
    }
}
