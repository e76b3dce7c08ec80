//! Many phones and a real server: the world in which journeys, faults and properties are tested.

pub mod world;
