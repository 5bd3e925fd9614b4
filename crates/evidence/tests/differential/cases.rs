//! The cases: each leaf with what is presented behind it, what is trusted, the time and the security level.

use crate::pool::Pool;
use waytrace_evidence::verdict::Side;

/// 2026-06-01, 2022-06-01 and 2035-06-01.
const TIMES: [i64; 3] = [1_780_272_000, 1_654_041_600, 2_064_182_400];

/// What is presented behind the leaf.
const SENT: &[(&str, &[&str])] = &[
    ("nothing", &[]),
    (
        "intermediates",
        &[
            "int",
            "int-key2",
            "int-young",
            "int-past",
            "int-noca",
            "int-nothing",
            "int-nobasic",
            "int-nosign",
            "int-path0",
            "sub",
            "sub-same",
            "sub-root0",
            "int-eku",
            "int-any",
            "int-crit",
            "int-permit",
            "int-exclude",
            "int-dir",
            "int-ip",
            "int-mail",
            "int-uri",
            "int-rid",
            "int-sha1",
            "int-weak",
            "int-weaker",
            "int-rsa",
            "int-rsa-sha1",
            "int-p521",
            "d4",
            "d3",
            "d2",
            "d1",
        ],
    ),
    (
        "intermediates and roots",
        &[
            "int-old",
            "int",
            "int-key2",
            "int-young",
            "int-past",
            "int-noca",
            "int-nothing",
            "int-nobasic",
            "int-nosign",
            "int-path0",
            "sub",
            "sub-same",
            "sub-root0",
            "int-eku",
            "int-any",
            "int-crit",
            "int-permit",
            "int-exclude",
            "int-dir",
            "int-ip",
            "int-mail",
            "int-uri",
            "int-rid",
            "int-sha1",
            "int-weak",
            "int-weaker",
            "int-rsa",
            "int-p521",
            "d4",
            "d3",
            "d2",
            "d1",
            "root",
            "plain",
            "old",
            "young",
            "v1",
            "other",
            "rsa",
            "rsa1024",
            "rsa512",
            "p521",
            "p384",
            "brainpool",
            "ed",
            "root-eku",
            "root-path0",
            "root-nc",
            "root-crit",
        ],
    ),
    ("the wrong ones first", &["int-damaged", "int-key2", "cross", "plain-key2", "root-key2", "d4", "d3"]),
];

/// What is trusted.
const STORES: &[(&str, &[&str])] = &[
    (
        "roots",
        &[
            "root",
            "plain",
            "old",
            "young",
            "v1",
            "other",
            "rsa",
            "rsa1024",
            "rsa512",
            "p521",
            "p384",
            "brainpool",
            "ed",
            "root-eku",
            "root-path0",
            "root-nc",
            "root-crit",
        ],
    ),
    ("nothing", &[]),
    ("intermediates only", &["int", "int-noca", "int-path0", "sub", "cross", "int-rsa", "d4"]),
    (
        "roots of the same names",
        &[
            "root-again",
            "root-key2",
            "root",
            "plain-old",
            "plain-key2",
            "plain",
            "root-case",
            "rsa",
            "rsa",
            "p521",
        ],
    ),
    (
        "old ones and intermediates",
        &["root-again", "root-key2", "int-old", "int", "plain-old", "cross", "other"],
    ),
    (
        "leaves",
        &[
            "leaf",
            "self",
            "self-key2",
            "self-bare2",
            "self-bare",
            "self-sign",
            "self-aki",
            "self-old",
            "self-rsa",
        ],
    ),
    ("other leaves", &["self-key2", "self-bare2", "leaf-ca", "root"]),
];

/// One case.
#[derive(Clone, Copy)]
pub(crate) struct Case<'a> {
    pub(crate) leaf: &'a str,
    pub(crate) sent: &'a (&'a str, &'a [&'a str]),
    pub(crate) store: &'a (&'a str, &'a [&'a str]),
    pub(crate) at: i64,
    pub(crate) level: u8,
    pub(crate) depth: usize,
    pub(crate) side: Side,
}

/// Every leaf with everything at one time and level; other times and levels with what is usual.
pub(crate) fn cases(pool: &Pool) -> Vec<Case<'_>> {
    let mut out = Vec::new();
    for leaf in &pool.leaves {
        let usual =
            |sent, store| Case { leaf, sent, store, at: TIMES[0], level: 1, depth: 7, side: Side::Server };
        for sent in SENT {
            out.extend(STORES.iter().map(|store| usual(sent, store)));
        }
        let common = usual(&SENT[1], &STORES[0]);
        out.extend(TIMES[1..].iter().map(|at| Case { at: *at, ..common }));
        out.extend([0, 2].map(|level| Case { level, ..common }));
        out.extend([0, 1, 3].map(|depth| Case { depth, ..common }));
        out.push(Case { side: Side::Client, ..common });
    }
    out
}

impl Case<'_> {
    pub(crate) fn title(&self) -> String {
        let Self { leaf, sent, store, at, level, depth, side } = self;
        format!("{leaf}, sent {}, store {}, at {at}, level {level}, depth {depth}, {side:?}", sent.0, store.0)
    }

    pub(crate) fn presented(&self) -> Vec<&str> {
        std::iter::once(self.leaf).chain(self.sent.1.iter().copied()).collect()
    }
}
