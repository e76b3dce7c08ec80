//! From text to tokens: pairs of neighbours for Chinese, words for what has spaces.
//!
//! 泵阀检修 becomes 泵阀 阀检 检修 修: every character but the last begins a pair, so that one character is found as
//! the beginning of a token and two or more as a phrase of pairs. (SQLite's own trigram tokenizer finds nothing for
//! two characters, which is what most Chinese words have.)

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The text as it is compared: full-width forms as plain ones, small letters, no accents.
pub(super) fn fold(text: &str) -> String {
    text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

/// Whether neighbours are paired: scripts written without spaces.
fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3100}'..='\u{312f}'
        | '\u{31a0}'..='\u{31bf}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{323af}')
}

#[derive(Clone, Copy)]
enum Run<'a> {
    Unspaced(&'a str),
    Word(&'a str),
}

fn runs(text: &str) -> impl Iterator<Item = Run<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let start = rest.find(|c: char| c.is_alphanumeric())?;
        rest = &rest[start..];
        let unspaced = rest.starts_with(is_unspaced);
        let end = rest.find(|c: char| !c.is_alphanumeric() || is_unspaced(c) != unspaced).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        rest = after;
        Some(if unspaced { Run::Unspaced(run) } else { Run::Word(run) })
    })
}

fn pairs(run: &str) -> impl Iterator<Item = &str> {
    let mut starts: Vec<usize> = run.char_indices().map(|(index, _)| index).collect();
    starts.push(run.len());
    (0..starts.len() - 1).map(move |index| &run[starts[index]..starts[(index + 2).min(starts.len() - 1)]])
}

/// The tokens of a folded text, with spaces between them.
pub(super) fn of_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for run in runs(text) {
        match run {
            Run::Word(word) => {
                out.push_str(word);
                out.push(' ');
            }
            Run::Unspaced(run) => {
                for pair in pairs(run) {
                    out.push_str(pair);
                    out.push(' ');
                }
            }
        }
    }
    out
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
        assert_eq!(of_text("泵阀检修"), "泵阀 阀检 检修 修 ");
        assert_eq!(of_text("新型 pump-2 号。党"), "新型 型 pump 2 号 党 ");
        assert_eq!(of_text("…！"), "");
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
