//! Many phones and a real server, without a screen: what the demo, the journeys, the benches and the headless phone
//! have in common.

pub mod fixtures;
