//! Files that do not go on from one another: their connections are joined when all have been read.

use super::{Key, Table};
use crate::capture::ceilings::Ceilings;
use crate::capture::connection::Connection;
use crate::capture::loose::Loose;
use crate::capture::summary::CaptureSummary;
use std::collections::HashMap;

impl Table {
    /// Forgets how connections began to be seen, and tells those of them that have ended: there is no room to wait for
    /// an earlier file.
    pub(super) fn forget_logs(&mut self, ceilings: &Ceilings, summary: &mut CaptureSummary) {
        for watched in self.flows.values_mut() {
            let before = watched.held();
            watched.log = None;
            self.held = self.held - before + watched.held();
        }
        for loose in std::mem::take(&mut self.loose) {
            self.held -= loose.held();
            summary.given_up += 1;
            self.tell(loose.flow, ceilings, summary);
        }
    }

    /// Ends a stretch: the next file need not go on from the last one. What is open waits for what may follow.
    pub(in crate::capture) fn end_stretch(&mut self, ceilings: &Ceilings, summary: &mut CaptureSummary) {
        let mut left: Vec<_> = self.flows.drain().collect();
        left.sort_unstable_by_key(|(_, watched)| watched.id);
        for (key, watched) in left {
            if self.loose.len() < ceilings.open {
                self.loose.push(watched.loosen(key, self.stretch));
            } else {
                summary.evicted += 1;
                self.held -= watched.held();
                self.tell(watched.flow, ceilings, summary);
            }
        }
        self.turns.clear();
        self.closed.clear();
        self.stretch += 1;
    }

    /// How many stretches have ended.
    pub(in crate::capture) fn stretches(&self) -> usize {
        self.stretch
    }

    /// Takes what was read elsewhere; its stretches follow. Both have ended theirs.
    pub(in crate::capture) fn join(
        &mut self,
        other: Self,
        files: u32,
        ceilings: &Ceilings,
        summary: &mut CaptureSummary,
    ) {
        let file = |number: u32| number.saturating_add(files);
        for mut connection in other.told {
            connection.renumber(&file);
            self.keep(connection, ceilings, summary);
        }
        for mut loose in other.loose {
            loose.renumber(&file);
            loose.stretch += self.stretch;
            loose.id += self.next;
            self.held += loose.held();
            self.loose.push(loose);
        }
        self.stretch += other.stretch;
        self.next += other.next;
        if self.loose.len() > ceilings.open || self.held > ceilings.held {
            self.forget_logs(ceilings, summary);
        }
    }

    /// Tells all that is left. `order` gives each stretch its place in time, `file` each file its number in it.
    pub(in crate::capture) fn finish(
        mut self,
        order: &[usize],
        file: &dyn Fn(u32) -> u32,
        ceilings: &Ceilings,
        summary: &mut CaptureSummary,
    ) -> Vec<Connection> {
        self.told.iter_mut().for_each(|connection| connection.renumber(file));
        let mut loose = std::mem::take(&mut self.loose);
        for part in &mut loose {
            part.renumber(file);
        }
        loose.sort_by_key(|loose| (order.get(loose.stretch).copied().unwrap_or(usize::MAX), loose.id));
        let mut open: HashMap<Key, Loose> = HashMap::new();
        for later in loose {
            let key = later.key;
            let Some(earlier) = open.remove(&key) else {
                open.insert(key, later);
                continue;
            };
            match earlier.go_on(later, ceilings) {
                Ok(joined) => _ = open.insert(key, joined),
                Err(apart) => {
                    let (earlier, later) = *apart;
                    open.insert(key, later);
                    self.tell(earlier.flow, ceilings, summary);
                }
            }
        }
        let mut left: Vec<_> = open.into_values().collect();
        left.sort_unstable_by_key(|loose| loose.id);
        for loose in left {
            self.tell(loose.flow, ceilings, summary);
        }
        self.told.sort_by_key(|connection| {
            let place = connection.seen.first().map(|seen| (seen.file, seen.first));
            (connection.first, place)
        });
        self.told
    }
}
