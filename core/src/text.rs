//! Characters that stand in no honest name or text, for what members type and for the member books alike.

/// Whether `c` turns the direction of what follows it, so that a name could pose as another and spill over into the
/// text around it. Marks of one place (LRM, RLM, ALM) do not, and belong into Uyghur or Kazakh next to Chinese.
#[must_use]
pub const fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether `c` shows nothing by itself: white space, joiners, marks of direction, selectors.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || turns_direction(c)
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}
