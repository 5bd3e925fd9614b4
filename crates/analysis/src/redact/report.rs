//! Whole reports: every text of them that may hold a name.

use super::Redactor;
use super::class::Class;
use crate::compare::{Compared, Comparison, Gone};
use crate::events::Row;
use crate::inventory::Inventory;
use crate::presented::{Claim, Other, Presented};
use crate::render::text;
use crate::report::{Cluster, ClusterPeer, NodeReport, PeerCheck, Problem, ProblemTarget, Report, Unread};
use crate::site::Silenced;
use crate::story::Story;
use std::net::IpAddr;
use waytrace_evidence::certificate::{Certificate, Name};
use waytrace_evidence::verdict::Verdict;
use waytrace_signatures::{Line, Prose, Touched};

impl Redactor {
    /// A redactor that knows the names of a report: those learnt while its logs were read
    /// ([`crate::Analyzer::learning_names`]), and those that stand in it.
    pub fn of(report: &Report) -> Self {
        let mut redactor = Self::new();
        if let Some(names) = &report.names {
            redactor.absorb(names.clone());
        }
        redactor.learn_report(report);
        redactor
    }

    /// Learns the names of a report.
    pub fn learn_report(&mut self, report: &Report) {
        for node in &report.nodes {
            self.learn_name(Class::Host, &node.host);
            for name in node.name.iter().chain(&node.domains) {
                self.learn_name(Class::Host, name);
            }
        }
        for member in &report.members {
            self.learn_path(&member.name);
        }
        for problem in report.findings.iter().chain(report.silenced.iter().map(|silenced| &silenced.problem))
        {
            self.learn_problem(problem);
        }
        let files = report.certificates.iter().flat_map(|file| &file.certificates.found);
        for located in files {
            self.learn_certificate(&located.certificate);
        }
        for connection in report.traffic.iter().flat_map(|traffic| &traffic.connections) {
            let chain = connection.tls.as_ref().map(|tls| Presented::parsed(&tls.chain)).unwrap_or_default();
            for certificate in &chain {
                self.learn_certificate(certificate);
            }
        }
    }

    fn learn_problem(&mut self, problem: &Problem) {
        for line in &problem.evidence {
            self.learn(&line.text);
        }
        for user in problem.users.iter().chain(problem.transactions.iter().map(|touched| &touched.user)) {
            self.learn(&format!("Username=\"{user}\""));
        }
        if problem.target.host.contains('.') {
            self.learn(&format!("https://{}/", problem.target.host));
        }
        if let Some(presented) = &problem.presented {
            let others = presented.others.iter().map(|other| &other.certificate);
            presented.chain.iter().chain(others).for_each(|certificate| self.learn_certificate(certificate));
        }
    }

    fn learn_certificate(&mut self, certificate: &Certificate) {
        for name in [&certificate.subject, &certificate.issuer] {
            self.learn(name.line());
            let organisation = name.organisation().map(|organisation| (Class::Organisation, organisation));
            let common = name
                .common_name()
                .map(|common| (if common.contains(' ') { Class::Organisation } else { Class::Host }, common));
            for (class, name) in organisation.into_iter().chain(common) {
                self.learn_name(class, name);
            }
        }
        for name in &certificate.names.dns {
            self.learn_name(Class::Host, name);
        }
        for text in certificate.names.email.iter().chain(&certificate.names.uri) {
            self.learn(text);
        }
        self.learn_name(Class::Serial, &certificate.serial);
    }

    /// Replaces every name in a report. Certificates and captures are taken out of it: what is told of them in its
    /// findings stays, without names.
    pub fn report(&mut self, report: &mut Report) {
        // Taken apart in full, here and below: a new field does not compile until somebody has decided about it.
        let Report {
            inputs,
            nodes,
            findings,
            clocks,
            transactions: _,
            servers,
            coverage: _,
            members,
            certificates,
            traffic,
            contradicted,
            unread,
            silenced,
            left_out: _,
            notes,
            names,
            speech: _,
            facts,
        } = report;
        for input in inputs {
            input.name = self.path(&input.name);
            input.host = input.host.take().map(|host| self.host(&host));
        }
        for member in members {
            member.name = self.path(&member.name);
        }
        for unread in unread {
            self.unread(unread);
        }
        for node in nodes {
            self.node(node);
        }
        for problem in findings {
            self.problem(problem);
        }
        for Silenced { problem, reason, until: _ } in silenced {
            self.problem(problem);
            *reason = self.phrase(reason);
        }
        for clock in clocks {
            clock.node = self.host(&clock.node);
            clock.reference = self.host(&clock.reference);
        }
        for server in servers {
            server.node = self.host(&server.node);
            server.host = self.host(&server.host);
        }
        for contradicted in contradicted {
            contradicted.node = self.host(&contradicted.node);
            contradicted.why = self.sentence(&contradicted.why);
        }
        for note in notes {
            *note = note.split(' ').map(|word| self.note_word(word)).collect::<Vec<_>>().join(" ");
        }
        certificates.clear();
        traffic.clear();
        facts.clear();
        *names = None;
    }

    /// A word of our own sentences: a path perhaps.
    fn note_word(&mut self, word: &str) -> String {
        if word.contains(['/', '!']) { self.path(word) } else { self.sentence(word) }
    }

    fn unread(&mut self, unread: &mut Unread) {
        let path = self.path(&unread.name);
        let name = std::mem::replace(&mut unread.name, path);
        unread.reason = self.sentence(&unread.reason.replace(&name, &unread.name));
    }

    fn node(&mut self, node: &mut NodeReport) {
        let NodeReport {
            host,
            role: _,
            release: _,
            product: _,
            name,
            domains,
            cluster,
            first: _,
            last: _,
            records: _,
        } = node;
        *host = self.host(host);
        *name = name.take().map(|name| self.host(&name));
        for domain in domains {
            *domain = self.host(domain);
        }
        if let Some(Cluster { name, peers }) = cluster {
            *name = name.take().map(|name| self.host(&name));
            for peer in peers {
                self.peer(peer);
            }
        }
    }

    fn peer(&mut self, ClusterPeer { address, node }: &mut ClusterPeer) {
        *address = self.host(address);
        *node = node.take().map(|node| self.host(&node));
    }

    /// Replaces every name in a problem.
    pub fn problem(&mut self, problem: &mut Problem) {
        let Problem {
            id: _,
            severity: _,
            confidence: _,
            node,
            nodes,
            seen_on,
            presented,
            checklist,
            on_every_peer: _,
            fine_on,
            about_certificate: _,
            certificate: _,
            target: ProblemTarget { host, ip, port: _, service: _ },
            evidence_count: _,
            transaction_count: _,
            unattributed: _,
            first: _,
            last: _,
            users,
            calls,
            transactions,
            evidence,
            also: _,
            text,
            references: _,
        } = problem;
        *node = self.host(node);
        for held in nodes {
            held.node = self.host(&held.node);
        }
        for node in seen_on.iter_mut().chain(fine_on.iter_mut().map(|(node, _)| node)) {
            *node = self.host(node);
        }
        for PeerCheck { peer, state: _ } in checklist {
            self.peer(peer);
        }
        *host = self.host(host);
        *ip = ip.map(|ip| self.address(ip));
        for user in users {
            *user = self.user(user);
        }
        for call in calls {
            *call = self.call(call);
        }
        for touched in transactions {
            self.touched(touched);
        }
        for line in evidence {
            line.text = self.evidence(&line.text);
        }
        if let Some(presented) = presented {
            self.presented(presented);
        }
        self.prose(text);
    }

    fn user(&mut self, user: &str) -> String {
        self.value("username", user)
    }

    fn call(&mut self, call: &str) -> String {
        self.value("callid", call)
    }

    fn touched(&mut self, touched: &mut Touched) {
        touched.node = self.host(&touched.node);
        touched.tracking_id = self.value("trackingid", &touched.tracking_id);
        touched.user = self.user(&touched.user);
        touched.host = self.host(&touched.host);
        touched.url = self.phrase(&touched.url);
        touched.status = self.phrase(&touched.status);
    }

    /// A raw line. Where it was cut, its last word may be the beginning of a name that nobody would know.
    fn evidence(&mut self, text: &str) -> String {
        self.begin(false);
        let cut = text.len() + 4 >= Line::MAX_TEXT;
        let whole = match text.rfind([' ', '"', '=', '/', ',']) {
            Some(at) if cut => &text[..=at],
            _ => text,
        };
        self.redact(whole)
    }

    fn prose(&mut self, text: &mut Prose) {
        let Prose { title, cause, fix, verify, next, doubts } = text;
        let lists = [cause, fix, verify, next, doubts];
        for text in std::iter::once(title).chain(lists.into_iter().flatten()) {
            *text = self.sentence(text);
        }
    }

    fn presented(&mut self, presented: &mut Presented) {
        let Presented {
            node,
            members,
            server,
            at: _,
            chain,
            malformed,
            alerts_sent: _,
            alerts_received: _,
            encrypted: _,
            verdict,
            claim,
            others,
            bearing: _,
        } = presented;
        *node = self.host(node);
        for member in members {
            *member = self.path(member);
        }
        server.set_ip(self.address(server.ip()));
        for certificate in chain {
            self.certificate(certificate);
        }
        for (_, reason) in malformed {
            *reason = self.sentence(reason);
        }
        if let Some(Claim::Chain(words)) = claim {
            *words = self.phrase(words);
        }
        if let Some(verdict) = verdict {
            self.verdict(verdict);
        }
        for Other { server, certificate, verdict } in others {
            server.set_ip(self.address(server.ip()));
            self.certificate(certificate);
            if let Some(verdict) = verdict {
                self.verdict(verdict);
            }
        }
    }

    fn verdict(&mut self, verdict: &mut Verdict) {
        for link in &mut verdict.chain {
            link.subject = self.distinguished(&link.subject);
            link.sha256 = self.stand_in(Class::Serial, &link.sha256);
        }
        verdict.missing = verdict.missing.take().map(|name| self.distinguished(&name));
    }

    fn distinguished(&mut self, name: &Name) -> Name {
        name.renamed(&mut |key, text| {
            if key.is_empty() {
                return self.phrase(text);
            }
            self.phrase(&format!("{key}={text}"))
                .split_once('=')
                .map(|(_, text)| text.to_owned())
                .unwrap_or_default()
        })
    }

    fn certificate(&mut self, certificate: &mut Certificate) {
        certificate.subject = self.distinguished(&certificate.subject);
        certificate.issuer = self.distinguished(&certificate.issuer);
        for text in [&mut certificate.serial, &mut certificate.sha1, &mut certificate.sha256] {
            *text = self.stand_in(Class::Serial, text);
        }
        for id in [&mut certificate.subject_key_id, &mut certificate.authority_key_id] {
            *id = id.take().map(|id| self.stand_in(Class::Serial, &id));
        }
        let names = &mut certificate.names;
        for name in names.dns.iter_mut().chain(&mut names.srv) {
            *name = self.host(name);
        }
        for ip in &mut names.ip {
            *ip = self.address(*ip);
        }
        for text in names.email.iter_mut().chain(&mut names.uri) {
            *text = self.phrase(text);
        }
    }

    /// Replaces every name in a comparison.
    pub fn comparison(&mut self, comparison: &mut Comparison) {
        let Comparison { gone, moved, new, unchanged } = comparison;
        let pairs = moved.iter().chain(unchanged.iter()).flat_map(|(before, after)| [before, after]);
        for problem in gone.iter().map(|(problem, _)| problem).chain(pairs).chain(new.iter()) {
            for name in problem.nodes.iter().chain([&problem.host]).filter(|name| !name.contains(' ')) {
                self.learn(&format!("https://{name}/"));
            }
        }
        for (problem, why) in gone {
            self.compared(problem);
            match why {
                Gone::NoLog(nodes) | Gone::NoFiles(nodes) => {
                    for node in nodes {
                        *node = self.host(node);
                    }
                }
                Gone::Answered(_) | Gone::Untried | Gone::NotSeen => {}
            }
        }
        for (before, after) in moved.iter_mut().chain(unchanged) {
            self.compared(before);
            self.compared(after);
        }
        for problem in new {
            self.compared(problem);
        }
    }

    fn compared(&mut self, problem: &mut Compared) {
        problem.title = self.sentence(&problem.title);
        problem.host = self.host(&problem.host);
        problem.ip = problem.ip.take().map(|text| match text.parse::<IpAddr>() {
            Ok(ip) => self.address(ip).to_string(),
            Err(_) => self.phrase(&text),
        });
        problem.nodes = std::mem::take(&mut problem.nodes).iter().map(|node| self.host(node)).collect();
    }

    /// Replaces every name in a story.
    pub fn story(&mut self, story: &mut Story) {
        story.title = self.phrase(&story.title);
        for clock in &mut story.clocks {
            clock.node = self.host(&clock.node);
            clock.reference = self.host(&clock.reference);
        }
        for line in &mut story.lines {
            line.member = self.path(&line.member);
            line.host = self.host(&line.host);
            line.summary = self.redact(&line.summary);
        }
    }

    /// Hands on a row with its names replaced.
    pub fn row<T>(&mut self, row: &Row<'_>, show: impl FnOnce(&Row<'_>) -> T) -> T {
        self.begin(false);
        let (member, host) = (self.path(row.member), self.host(row.host));
        let process = self.phrase(row.process);
        let summary = self.redact(&row.summary);
        let continuation = self.redact(row.continuation);
        let fields = row.fields.iter().map(|(key, value)| (*key, self.value(key, value))).collect();
        show(&Row {
            member: &member,
            host: &host,
            process: &process,
            summary,
            fields,
            continuation: &continuation,
            ..row.clone()
        })
    }

    /// Learns the names of a row, where the input can be read only once.
    pub fn learn_row(&mut self, row: &Row<'_>) {
        self.learn_name(Class::Host, row.host);
        self.learn(&row.summary);
        self.learn(row.continuation);
    }

    /// The text list of all certificates, with every name replaced.
    pub fn inventory(&mut self, inventory: &Inventory, options: &text::Options) -> String {
        text::rewritten(inventory, options, &mut |line| {
            // The line that names a file has its path.
            let path = inventory.files.iter().find(|file| line.contains(&file.member));
            let line = match path.and_then(|file| Some((file, line.split_once(&file.member)?))) {
                Some((file, (before, after))) => {
                    [self.phrase(before), self.path(&file.member), self.phrase(after)].concat()
                }
                None => self.phrase(line),
            };
            self.short_fingerprints(&line)
        })
    }

    /// Fingerprints that are shown by their beginning alone.
    fn short_fingerprints(&mut self, line: &str) -> String {
        const MARK: &str = "SHA-256 ";
        let mut out = String::with_capacity(line.len());
        let mut rest = line;
        while let Some(at) = rest.find(MARK) {
            let (before, after) = rest.split_at(at + MARK.len());
            let end = after.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(after.len());
            out.push_str(before);
            if after[end..].starts_with('…') && end > 0 {
                out.push_str(&self.stand_in(Class::Serial, &after[..end]));
            } else {
                out.push_str(&after[..end]);
            }
            rest = &after[end..];
        }
        out.push_str(rest);
        out
    }

    /// A JSON document with the names in its texts replaced; its form stays.
    pub fn json(&mut self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let (mut at, mut key) = (0, String::new());
        while let Some(open) = text[at..].find('"').map(|found| at + found) {
            let bytes = text.as_bytes();
            let mut close = open + 1;
            while close < bytes.len() && bytes[close] != b'"' {
                close += 1 + usize::from(bytes[close] == b'\\');
            }
            let end = (close + 1).min(text.len());
            out.push_str(&text[at..open]);
            let literal = &text[open..end];
            let is_key = text[end..].trim_start().starts_with(':');
            match serde_json::from_str::<String>(literal) {
                Ok(word) if is_key => {
                    out.push_str(literal);
                    key = word;
                }
                Ok(value) => {
                    let value = self.json_value(&key, &value);
                    out.push_str(&serde_json::to_string(&value).unwrap_or_default());
                }
                Err(_) => out.push_str(literal),
            }
            at = end;
        }
        out.push_str(&text[at..]);
        out
    }

    fn json_value(&mut self, key: &str, value: &str) -> String {
        match key {
            "subject" | "issuer" | "missing" | "root" | "line" | "name" if value.contains('=') => {
                self.phrase(value)
            }
            "serial" | "sha1" | "sha256" | "subject_key_id" | "authority_key_id" => {
                self.stand_in(Class::Serial, value)
            }
            "member" => self.path(value),
            "common_name" | "name" if value.contains(' ') => self.stand_in(Class::Organisation, value),
            "common_name" | "name" | "node" | "dns" | "srv" | "server" | "peer" => self.host(value),
            _ => self.phrase(value),
        }
    }
}
