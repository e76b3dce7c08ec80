//! What the fuzzers begin with, checked in every run of the tests: for codes, cards and evidence the golden vectors.

#![allow(clippy::expect_used)]

use std::path::PathBuf;

use serde_json::Value;

use super::{unhex, vectors};

#[path = "../../../fuzz/checks/change.rs"]
mod change;
#[path = "../../../fuzz/checks/evidence.rs"]
mod evidence;
#[path = "../../../fuzz/checks/shown.rs"]
mod shown;
#[path = "../../../fuzz/checks/wire.rs"]
mod wire;

type Target = (&'static str, fn(&[u8]));

fn seeds(target: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds").join(target)
}

fn cases(name: &str) -> Vec<Value> {
    super::read(name)["cases"].as_array().unwrap().clone()
}

/// What a scanner may give, good or not.
fn texts() -> Vec<String> {
    let golden = ["codes.json", "cards.json"].into_iter().flat_map(cases);
    let mut out: Vec<_> = golden.map(|case| case["text"].as_str().unwrap().to_owned()).collect();
    let (code, card) = (out[0].clone(), out[10].clone());
    for text in [code, card] {
        out.push(text[..text.len() / 2].to_owned());
        out.push(text.replace('A', "1"));
        out.push(text.replacen("HQ1", "HQ01", 1));
        out.push(text.repeat(8));
    }
    out
}

pub fn write_seeds() {
    let texts = texts().into_iter().map(String::into_bytes).collect();
    // Without the byte of the envelope.
    let entries = cases("evidence.json").iter().map(|case| unhex(&case["entry"])[1..].to_vec()).collect();
    for (target, inputs) in [("shown", texts), ("evidence", entries)] {
        let inputs: Vec<Vec<u8>> = inputs;
        std::fs::create_dir_all(seeds(target)).unwrap();
        for (number, input) in inputs.iter().enumerate() {
            std::fs::write(seeds(target).join(format!("{number:02}")), input).unwrap();
        }
    }
}

#[test]
fn what_the_fuzzers_begin_with_passes() {
    // If the files are written anew, so are the seeds.
    vectors("codes.json");
    let targets: [Target; 4] =
        [("change", change::check), ("wire", wire::check), ("shown", shown::check), ("evidence", evidence::check)];
    for (target, check) in targets {
        let inputs: Vec<_> = std::fs::read_dir(seeds(target)).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert!(inputs.len() >= 10, "{target}");
        for path in inputs {
            check(&std::fs::read(path).unwrap());
        }
    }
}
