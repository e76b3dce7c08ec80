//! tests

pub mod phone;
