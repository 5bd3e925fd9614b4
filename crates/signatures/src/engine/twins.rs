//! The two lines of one step of a transaction.

use super::transaction::Moment;
use waytrace_logparse::body::http::Step;

/// Recognises the INFO and the DEBUG line of one step, for each kind of step.
///
/// A box writes them one after the other, so that their UTCTime may differ by a millisecond, and the lines of another
/// step may come between them. Hence they are counted: the second line at DEBUG is the twin of the second at INFO.
#[derive(Debug, Default)]
pub(super) struct Twins([Pairing; 4]);

#[derive(Debug, Clone, Copy, Default)]
struct Pairing {
    last: Moment,
    /// Lines at INFO that have no twin at DEBUG yet; below zero it is the other way round.
    ahead: i32,
}

impl Twins {
    /// Twins are at most this far apart, in milliseconds; in the logs that are known they bear the same UTCTime. Lines
    /// farther apart are not compared, so that a lost line does no harm to later steps.
    const APART: Moment = 5;

    /// Whether this line tells something that its twin did not tell already.
    pub(super) fn is_new(&mut self, step: Step<'_>, debug: bool, moment: Moment) -> bool {
        let Some(number) = number(step) else { return true };
        let pairing = &mut self.0[number];
        if (moment - pairing.last).abs() > Self::APART {
            pairing.ahead = 0;
        }
        pairing.last = moment;
        let direction = if debug { -1 } else { 1 };
        pairing.ahead += direction;
        pairing.ahead * direction > 0
    }
}

fn number(step: Step<'_>) -> Option<usize> {
    match step {
        Step::ReceiveRequest => Some(0),
        Step::SendingRequest => Some(1),
        Step::ReceiveResponse => Some(2),
        Step::SendingResponse => Some(3),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Twins;
    use crate::engine::transaction::Moment;
    use waytrace_logparse::body::http::Step::{self, ReceiveResponse, SendingRequest};

    const INFO: bool = false;
    const DEBUG: bool = true;

    /// Which of these lines are new.
    fn new(lines: &[(Step<'_>, bool, Moment)]) -> Vec<bool> {
        let mut twins = Twins::default();
        lines.iter().map(|(step, debug, moment)| twins.is_new(*step, *debug, *moment)).collect()
    }

    #[test]
    fn a_twin_may_bear_the_next_millisecond() {
        assert_eq!(new(&[(SendingRequest, INFO, 39), (SendingRequest, DEBUG, 40)]), [true, false]);
        assert_eq!(new(&[(SendingRequest, DEBUG, 39), (SendingRequest, INFO, 40)]), [true, false]);
    }

    #[test]
    fn attempts_within_a_millisecond_are_two() {
        let lines = [
            (SendingRequest, INFO, 39),
            (SendingRequest, DEBUG, 39),
            (SendingRequest, INFO, 39),
            (SendingRequest, DEBUG, 40),
        ];
        assert_eq!(new(&lines), [true, false, true, false]);
    }

    #[test]
    fn the_next_step_may_come_before_the_twin() {
        let lines = [
            (SendingRequest, INFO, 39),
            (ReceiveResponse, INFO, 40),
            (SendingRequest, DEBUG, 40),
            (ReceiveResponse, DEBUG, 40),
        ];
        assert_eq!(new(&lines), [true, true, false, false]);
    }

    #[test]
    fn one_level_alone_tells_everything() {
        for level in [INFO, DEBUG] {
            let lines =
                [(SendingRequest, level, 39), (SendingRequest, level, 40), (SendingRequest, level, 900)];
            assert_eq!(new(&lines), [true; 3]);
        }
    }

    /// The price of counting: nothing tells a retry from a twin where each of two attempts lost its other line.
    #[test]
    fn a_retry_is_taken_for_a_twin_where_lines_are_lost_crosswise() {
        assert_eq!(new(&[(SendingRequest, DEBUG, 39), (SendingRequest, INFO, 42)]), [true, false]);
    }

    #[test]
    fn a_lost_twin_hides_no_later_attempt() {
        let lines =
            [(SendingRequest, INFO, 39), (SendingRequest, DEBUG, 3_039), (SendingRequest, INFO, 3_040)];
        assert_eq!(new(&lines), [true, true, false]);
    }
}
