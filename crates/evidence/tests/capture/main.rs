//! Captures with known truth: what was put into packets must come out, whatever happened to the packets.

mod any_bytes;
mod blocks;
mod build;
mod connections;
mod fixture;
mod forms;
mod handshakes;
mod limits;
mod order;
mod real;
mod tshark;
