//! The one UniFFI component through which Kotlin and Swift reach hongqi-core: empty as yet, so that the library,
//! its two link forms and the generated scaffolding are built and tested from the first day.
//!
//! What will stand here mirrors core's view records with `#[uniffi::remote(…)]` and never defines them again; every
//! export returns a `Result`.

uniffi::setup_scaffolding!();
