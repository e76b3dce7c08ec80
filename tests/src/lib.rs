//! Many phones and a real server, without a screen: what the demo, the journeys, the benches and the headless phone
//! have in common.

pub mod demo;
pub mod fixtures;
pub mod phone;
pub mod world;
