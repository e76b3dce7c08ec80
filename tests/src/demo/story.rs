//! What the demo says, and what did not hold.

use std::io::Write;

/// Tells and counts.
#[derive(Debug, Default)]
pub struct Story {
    failed: Vec<String>,
}

impl Story {
    /// One line.
    pub fn say(&self, line: &str) {
        // Nobody listening is no failure of what is shown.
        let _ = writeln!(std::io::stdout().lock(), "{line}");
    }

    /// The head of a part.
    pub fn part(&self, head: &str) {
        self.say("");
        self.say(head);
    }

    /// Lines of a phone's screen.
    pub fn screen(&self, lines: &[String]) {
        for line in lines {
            self.say(&format!("      {line}"));
        }
    }

    /// Something that must hold.
    pub fn check(&mut self, holds: bool, what: &str) {
        self.say(&format!("  {} {what}", if holds { "✓" } else { "✗" }));
        if !holds {
            self.failed.push(what.to_owned());
        }
    }

    /// Two phones that must show the same; says the first difference if they do not.
    pub fn same(&mut self, what: &str, shown: &[(&str, Vec<String>)]) {
        let Some(((first, expected), others)) = shown.split_first() else { return };
        let different = others.iter().find(|(_, lines)| lines != expected);
        self.check(different.is_none(), what);
        if let Some((name, lines)) = different {
            let at = (0..).find(|at| expected.get(*at) != lines.get(*at)).unwrap_or(0);
            let line = |lines: &Vec<String>| lines.get(at).map_or("nothing".to_owned(), |line| format!("\"{line}\""));
            self.say(&format!("      {first} shows {}, {name} shows {}", line(expected), line(lines)));
        }
    }

    /// What did not hold so far.
    pub fn failed(&self) -> &[String] {
        &self.failed
    }
}
