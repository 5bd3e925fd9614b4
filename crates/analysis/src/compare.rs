//! Two reports held against one another: what a repair has changed.

mod side;

pub use side::{Compared, NotAReport, Side};

/// What became of the problems of one report in a later one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Comparison {
    /// Problems of the first report that the second has not, and what the second says of them.
    pub gone: Vec<(Compared, Gone)>,
    /// Problems that both have, of the same server but not on the same nodes: as they were, and as they are.
    pub moved: Vec<(Compared, Compared)>,
    /// Problems that only the second report has.
    pub new: Vec<Compared>,
    /// Problems that both have, on the same nodes: as they were, and as they are.
    pub unchanged: Vec<(Compared, Compared)>,
}

/// Whether that a problem is not seen any more means that it is no more.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Gone {
    /// So many requests of its nodes to the same server and port were answered, and none failed.
    Answered(u64),
    /// There is no request of its nodes to that server and port, or none that was answered: it was not tried.
    Untried,
    /// The problem is about no server and port: there is nothing to look for but the problem itself.
    NotSeen,
    /// No log of these nodes was given.
    NoLog(Vec<String>),
    /// It was found in files of certificates, and none of these nodes were given.
    NoFiles(Vec<String>),
}

/// Compares two reports. A problem is the same if its id and its target are: host and port, or the address where there
/// is no host.
pub fn compare(before: &Side, after: &Side) -> Comparison {
    let mut left: Vec<Option<&Compared>> = after.problems.iter().map(Some).collect();
    let mut take = |fits: &dyn Fn(&Compared) -> bool| {
        left.iter_mut().find(|slot| slot.is_some_and(fits)).and_then(Option::take)
    };
    let mut found = Comparison { gone: vec![], moved: vec![], new: vec![], unchanged: vec![] };
    let mut unmatched = Vec::new();
    for was in &before.problems {
        match take(&|is| was.is_same_as(is) && was.nodes == is.nodes) {
            Some(is) => found.unchanged.push((was.clone(), is.clone())),
            None => unmatched.push(was),
        }
    }
    for was in unmatched {
        match take(&|is| was.is_same_as(is)) {
            Some(is) => found.moved.push((was.clone(), is.clone())),
            None => found.gone.push((was.clone(), after.says_of(was))),
        }
    }
    found.new = left.into_iter().flatten().cloned().collect();
    found
}

#[cfg(test)]
mod tests;
