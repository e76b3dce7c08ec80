//! From text to tokens: pairs of neighbours for Chinese, words for what has spaces.
//!
//! 泵阀检修 becomes 泵阀 阀检 检修 修: every character but the last begins a pair, so that one character is found as
//! the beginning of a token and two or more as a phrase of pairs. (SQLite's own trigram tokenizer finds nothing for
//! two characters, which is what most Chinese words have.)

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Whether folding leaves a character as it is, but for ASCII capitals, or changes nothing that a token holds.
fn is_plain(c: char) -> bool {
    matches!(c,
        '\0'..='\u{7f}' | '\u{4e00}'..='\u{9fff}' | '\u{3000}'..='\u{3002}' | '\u{ff01}'..='\u{ff0f}'
        | '\u{ff1a}'..='\u{ff20}' | '\u{2014}' | '\u{2018}'..='\u{201d}' | '\u{2026}')
}

/// The text as it is compared: full-width forms as plain ones, small letters, no accents.
pub(crate) fn fold(text: &str) -> String {
    if text.chars().all(is_plain) {
        return text.to_ascii_lowercase();
    }
    text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

/// Whether neighbours are paired: scripts written without spaces.
fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{4e00}'..='\u{9fff}' | '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3100}'..='\u{312f}'
        | '\u{31a0}'..='\u{31bf}' | '\u{3400}'..='\u{4dbf}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{323af}')
}

/// Whether a token may hold it. What is nearly always asked is answered without the tables.
fn is_part(c: char) -> bool {
    if is_plain(c) { c.is_ascii_alphanumeric() || matches!(c, '\u{4e00}'..='\u{9fff}') } else { c.is_alphanumeric() }
}

/// What a character is to a token.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    /// Not in any.
    None,
    /// In two, with either neighbour.
    Unspaced,
    /// In a word.
    Spaced,
}

impl Part {
    fn of(c: char) -> Self {
        match (is_part(c), is_unspaced(c)) {
            (false, _) => Self::None,
            (true, true) => Self::Unspaced,
            (true, false) => Self::Spaced,
        }
    }
}

#[derive(Clone, Copy)]
enum Run<'a> {
    Unspaced(&'a str),
    Word(&'a str),
}

fn runs(text: &str) -> impl Iterator<Item = Run<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let start = rest.find(is_part)?;
        rest = &rest[start..];
        let unspaced = rest.starts_with(is_unspaced);
        let end = rest.find(|c: char| !is_part(c) || is_unspaced(c) != unspaced).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        rest = after;
        Some(if unspaced { Run::Unspaced(run) } else { Run::Word(run) })
    })
}

fn pairs(run: &str) -> impl Iterator<Item = &str> {
    run.char_indices().map(move |(start, c)| {
        let next = start + c.len_utf8();
        let end = run[next..].chars().next().map_or(next, |second| next + second.len_utf8());
        &run[start..end]
    })
}

/// Appends the tokens of a folded text, a space behind each: the words and pairs of its runs, in one pass.
pub(super) fn append(out: &mut String, text: &str) {
    out.reserve(text.len() * 3);
    let mut before = Part::None;
    for c in text.chars() {
        let part = Part::of(c);
        match (before, part) {
            (Part::Unspaced, Part::Unspaced) => {
                out.push(c);
                out.push(' ');
            }
            (Part::None, _) | (Part::Spaced, Part::Spaced) => {}
            _ => out.push(' '),
        }
        if part != Part::None {
            out.push(c);
        }
        before = part;
    }
    if before != Part::None {
        out.push(' ');
    }
}

/// The FTS5 expression for a folded query; `None` if there is nothing to look for.
///
/// All parts must occur. A word may go on (a member is still typing it); a run of Chinese must occur as it is.
pub(super) fn of_query(query: &str) -> Option<String> {
    let parts: Vec<String> = runs(query)
        .map(|run| match run {
            Run::Word(word) => format!("\"{word}\"*"),
            Run::Unspaced(run) if run.chars().count() == 1 => format!("\"{run}\"*"),
            Run::Unspaced(run) => {
                // The pairs of a run, without the single character at its end: in a longer text another follows it.
                let mut pairs: Vec<_> = pairs(run).collect();
                pairs.pop();
                format!("\"{}\"", pairs.join(" "))
            }
        })
        .collect();
    if parts.is_empty() { None } else { Some(parts.join(" AND ")) }
}

/// Whether a folded text is one that the folded query finds in the index.
pub(super) fn matches(text: &str, query: &str) -> bool {
    runs(query).all(|wanted| {
        runs(text).any(|run| match (&wanted, run) {
            (Run::Word(wanted), Run::Word(word)) => word.starts_with(wanted),
            (Run::Unspaced(wanted), Run::Unspaced(run)) => run.contains(wanted),
            _ => false,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_is_paired_and_words_stay_whole() {
        let of_text = |text| {
            let mut out = String::new();
            append(&mut out, text);
            out
        };
        assert_eq!(of_text("泵阀检修"), "泵阀 阀检 检修 修 ");
        assert_eq!(of_text("新型 pump-2 号。党"), "新型 型 pump 2 号 党 ");
        assert_eq!(of_text("…！"), "");
        assert_eq!(of_text("pump泵阀B区，a b"), "pump 泵阀 阀 B 区 a b ");
    }

    #[test]
    fn folding_takes_away_what_does_not_count() {
        assert_eq!(fold("ＰＵＭＰ－８８ Café 泵"), "pump-88 cafe 泵");
    }

    #[test]
    fn a_text_matches_as_the_index_would() {
        assert!(matches("泵阀检修 pump-2", "阀检 pu 2"));
        assert!(!matches("泵阀 检修", "阀检"), "not across a space");
        assert!(!matches("pump", "ump"), "a word from its beginning");
        assert!(!matches("泵阀", "泵 pump"));
    }

    #[test]
    fn a_query_is_a_phrase_of_pairs() {
        assert_eq!(of_query("党").unwrap(), "\"党\"*");
        assert_eq!(of_query("泵阀").unwrap(), "\"泵阀\"");
        assert_eq!(of_query("泵阀检 pump").unwrap(), "\"泵阀 阀检\" AND \"pump\"*");
        assert_eq!(of_query("\"'*()-"), None);
    }
}
