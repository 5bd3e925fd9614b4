//! Interfaces, name servers and time servers.

use super::picker::{Picker, on};
use crate::settings::Tree;
use serde::Serialize;
use std::collections::HashMap;

/// How the box reaches others.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Network {
    /// Its interfaces, by index.
    pub interfaces: Vec<Interface>,
    /// Its name servers: the default ones, then those for certain domains.
    pub dns: Vec<DnsServer>,
    /// Its time servers, by index.
    pub ntp: Vec<NtpServer>,
}

/// One interface. `Ethernet 1 IP V4 Address` and `StaticNAT` are known from programs that read real dumps; `V6` is
/// inferred.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Interface {
    /// LAN 1 or LAN 2.
    pub index: u32,
    /// IPv4 address.
    pub address_v4: Option<String>,
    /// IPv6 address.
    pub address_v6: Option<String>,
    /// The address it has outside, if static NAT is on.
    pub nat_address: Option<String>,
}

/// One name server. Both kinds are known from programs that read real dumps: `IP DNS Server 1 Address`, and
/// `IP DNS PerDomainServer 1 Address` with `Domain1` and `Domain2`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DnsServer {
    /// Its number among its kind.
    pub index: u32,
    /// Its address.
    pub address: String,
    /// The domains it is asked for; none means all.
    pub domains: Vec<String>,
}

/// One time server. `NTP Server 1 Address` is known from a program that reads real dumps; where the status of the
/// synchronisation stands is inferred.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct NtpServer {
    /// Its number.
    pub index: u32,
    /// Name or address.
    pub address: String,
    /// What the status says of it, as it is written.
    pub state: Option<String>,
    /// Whether that means that the clock is synchronised with it.
    pub synchronised: Option<bool>,
}

/// Where the status may speak of time servers (inferred).
const NTP_STATUS: &[&str] = &["NTP Server", "Time NTP Server", "NTP"];
/// Words of a status that mean that the clock is synchronised, and that it is not (inferred).
const SYNCHRONISED: &[&str] = &["synchronized", "synchronised", "active", "sys.peer", "syspeer"];
const NOT_SYNCHRONISED: &[&str] =
    &["failed", "inactive", "rejected", "unreachable", "unsynchronized", "unsynchronised"];

pub(super) fn pick(picker: &Picker<'_>) -> Network {
    Network { interfaces: interfaces(picker), dns: dns(picker), ntp: ntp(picker) }
}

fn interfaces(picker: &Picker<'_>) -> Vec<Interface> {
    let rows = picker.rows(Tree::Configuration, "Ethernet");
    let interface = rows.iter().map(|row| {
        let nat = row.text(&["ip v4 staticnat address"]);
        Interface {
            index: row.index,
            address_v4: row.text(&["ip v4 address"]),
            address_v6: row.text(&["ip v6 address"]),
            nat_address: nat.filter(|_| row.on(&["ip v4 staticnat mode"]) == Some(true)),
        }
    });
    interface.filter(|found| found.address_v4.is_some() || found.address_v6.is_some()).collect()
}

fn dns(picker: &Picker<'_>) -> Vec<DnsServer> {
    let mut servers = Vec::new();
    for place in ["IP DNS Server", "DNS Server", "IP DNS PerDomainServer", "DNS PerDomainServer"] {
        for row in picker.rows(Tree::Configuration, place) {
            let domains = ["domain1", "domain2"].iter().filter_map(|name| row.text(&[name])).collect();
            if let Some(address) = row.text(&["address"]) {
                servers.push(DnsServer { index: row.index, address, domains });
            }
        }
    }
    servers
}

fn ntp(picker: &Picker<'_>) -> Vec<NtpServer> {
    let (mut by_address, mut by_index) = (HashMap::new(), HashMap::new());
    for row in NTP_STATUS.iter().flat_map(|place| picker.rows(Tree::Status, place)) {
        let Some(state) = row.text(&["status", "state"]) else { continue };
        match row.text(&["address"]) {
            Some(address) => by_address.insert(address, state),
            None => by_index.insert(row.index, state),
        };
    }
    let old = picker.configuration(&["NTP Address"]).map(|address| (1, address.to_owned()));
    let rows = picker.rows(Tree::Configuration, "NTP Server");
    let new = rows.iter().filter_map(|row| row.text(&["address"]).map(|address| (row.index, address)));
    let server = |(index, address): (u32, String)| {
        let state = by_address.get(&address).or_else(|| by_index.get(&index)).cloned();
        NtpServer { index, address, synchronised: state.as_deref().and_then(synchronised), state }
    };
    old.into_iter().chain(new).map(server).collect()
}

fn synchronised(state: &str) -> Option<bool> {
    let is = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(state));
    match state {
        _ if is(SYNCHRONISED) => Some(true),
        _ if is(NOT_SYNCHRONISED) => Some(false),
        _ => on(state),
    }
}
