//! Texts in Arabic and Hebrew, in the order in which they are drawn. Editor thread.
//!
//! egui draws words one after the other from left to right, each in a font that has its letters. Within a word the shaper
//! joins the letters and turns them round, as it knows their script. What it does not know is the line: which word comes
//! first, and where a number or a Latin name stands among them. So the words of a line are put in order here, after the
//! bidirectional algorithm of Unicode, and the letters of each are left as they are. For assistive tools and for searching
//! a text stays as it was written.

use std::borrow::Cow;

use unicode_bidi::{BidiClass, BidiInfo, bidi_class};

/// A line of text in the order in which it is drawn. One without letters of these scripts is as it was.
#[must_use]
pub fn visual(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_rtl) {
        return Cow::Borrowed(text);
    }
    let info = BidiInfo::new(text, None);
    let mut line = String::with_capacity(text.len());
    for paragraph in &info.paragraphs {
        let (levels, runs) = info.visual_runs(paragraph, paragraph.range.clone());
        for run in runs {
            let Some(part) = text.get(run.clone()) else {
                continue;
            };
            match levels.get(run.start).is_some_and(|level| level.is_rtl()) {
                true => line.extend(words(part).into_iter().rev().map(mirrored)),
                false => line.push_str(part),
            }
        }
    }
    Cow::Owned(line)
}

/// Whether a letter is written from right to left.
fn is_rtl(letter: char) -> bool {
    // Below are Latin, Greek, Cyrillic and Armenian.
    letter >= '\u{590}' && matches!(bidi_class(letter), BidiClass::R | BidiClass::AL)
}

/// The words of a text from right to left, and what stands between them, letter by letter.
fn words(text: &str) -> Vec<&str> {
    let mut words: Vec<&str> = Vec::new();
    let mut begin = None;
    for (at, letter) in text.char_indices() {
        let is_mark = bidi_class(letter) == BidiClass::NSM;
        match (is_rtl(letter) || is_mark, begin) {
            (true, None) => begin = Some(at),
            (true, Some(_)) => {}
            (false, _) => {
                words.extend(begin.take().map(|begin| &text[begin..at]));
                words.push(&text[at..at + letter.len_utf8()]);
            }
        }
    }
    words.extend(begin.map(|begin| &text[begin..]));
    words
}

/// A bracket, seen from the other side; other words are as they are.
fn mirrored(word: &str) -> &str {
    match word {
        "(" => ")",
        ")" => "(",
        "[" => "]",
        "]" => "[",
        "{" => "}",
        "}" => "{",
        "<" => ">",
        ">" => "<",
        "\u{ab}" => "\u{bb}",
        "\u{bb}" => "\u{ab}",
        word => word,
    }
}

#[cfg(test)]
mod tests {
    use super::visual;

    #[test]
    fn other_scripts_are_left_alone() {
        for text in [
            "",
            "Large hall",
            "\u{5927}\u{30db}\u{30fc}\u{30eb}",
            "h\u{e5}ll (2)",
        ] {
            assert!(matches!(visual(text), std::borrow::Cow::Borrowed(same) if same == text));
        }
    }

    #[test]
    fn words_are_turned_round_and_their_letters_are_not() {
        // "Large hall" in Hebrew and in Arabic: the second word is drawn first.
        assert_eq!(
            visual("\u{5d0}\u{5d5}\u{5dc}\u{5dd} \u{5d2}\u{5d3}\u{5d5}\u{5dc}"),
            "\u{5d2}\u{5d3}\u{5d5}\u{5dc} \u{5d0}\u{5d5}\u{5dc}\u{5dd}"
        );
        assert_eq!(
            visual("\u{642}\u{627}\u{639}\u{629} \u{643}\u{628}\u{64a}\u{631}\u{629}"),
            "\u{643}\u{628}\u{64a}\u{631}\u{629} \u{642}\u{627}\u{639}\u{629}"
        );
    }

    #[test]
    fn numbers_latin_names_and_brackets_keep_their_sense() {
        // A number stays a number, to the left of the word that comes before it.
        assert_eq!(visual("\u{5d0}\u{5d1} 24"), "24 \u{5d0}\u{5d1}");
        assert_eq!(
            visual("\u{5d0}\u{5d1} (\u{5d2})"),
            "(\u{5d2}) \u{5d0}\u{5d1}"
        );
        assert_eq!(visual("Hall \u{5d0}\u{5d1}.wav"), "Hall \u{5d0}\u{5d1}.wav");
        // Vowel signs stay with their letter.
        assert_eq!(visual("\u{5d0}\u{5b8} \u{5d1}"), "\u{5d1} \u{5d0}\u{5b8}");
    }
}
