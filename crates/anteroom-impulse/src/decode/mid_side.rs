//! Whether a name says that the two channels of a file are middle and side. Off the audio thread.
//!
//! What sounds is changed by it, so a name must leave no doubt: "m" and "s" are also metres, seconds,
//! initials and what apostrophes leave over, and a place may be in the middle of a side.
//!
//! | name | |
//! |---|---|
//! | `midside`, `mid-side`, `Mid+Side` | anywhere |
//! | `mid side`, `mid_side` | at the end, or before a number (`mid side 48k`) |
//! | `M-S`, `M+S`, `m-s` | anywhere but behind a number |
//! | `M S`, `M_S` | in capitals, at the end or before a number, and not behind a number or an initial |

/// One word of a name, and what stands before it.
struct Word<'n> {
    before: &'n str,
    text: &'n str,
}

fn words(name: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut rest = name;
    while let Some(start) = rest.find(char::is_alphanumeric) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c: char| !c.is_alphanumeric());
        let (text, after) = from.split_at(end.unwrap_or(from.len()));
        words.push(Word { before, text });
        rest = after;
    }
    words
}

/// Whether the two channels of a file of this name are middle and side.
pub fn in_name(name: &str) -> bool {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let words = words(stem);
    let is_number = |word: &Word| word.text.contains(|c: char| c.is_numeric());
    let pairs = words.iter().zip(words.iter().skip(1)).enumerate();
    let together = pairs.into_iter().any(|(at, (first, second))| {
        let is = |a, b| first.text.eq_ignore_ascii_case(a) && second.text.eq_ignore_ascii_case(b);
        let joined = matches!(second.before, "-" | "+" | "/");
        let beside = matches!(second.before, " " | "_");
        let ends = words.get(at + 2).is_none_or(is_number);
        if is("mid", "side") {
            return joined || beside && ends;
        }
        let previous = at.checked_sub(1).and_then(|at| words.get(at));
        let behind_number = previous.is_some_and(is_number);
        let behind_initial = previous.is_some_and(|word| word.text.chars().count() == 1);
        let capitals = first.text == "M" && second.text == "S";
        let alike = capitals || first.text == "m" && second.text == "s";
        is("m", "s")
            && !behind_number
            && (joined && alike || beside && capitals && ends && !behind_initial)
    });
    let one = |word: &Word| word.text.eq_ignore_ascii_case("midside");
    together || words.iter().any(one)
}

#[cfg(test)]
mod tests {
    use super::in_name;

    #[test]
    fn middle_and_side_are_named() {
        for name in [
            "room mid-side.wav",
            "Room Mid-Side 48k.wav",
            "hall_mid_side.wav",
            "MidSide nave.wav",
            "Mid+Side.flac",
            "Church M-S.wav",
            "church (m-s).wav",
            "church M_S.wav",
            "church M S 2.wav",
            "M-S hall.wav",
        ] {
            assert!(in_name(name), "{name}");
        }
    }

    #[test]
    fn nothing_else_is_taken_for_it() {
        for name in [
            "M&S studio.wav",
            "3 m S wall.wav",
            "Tom's m's.wav",
            "10 m-s.wav",
            "3 m s.wav",
            "2.5 M S.wav",
            "hall m s.wav",
            "ms.wav",
            "J M S.wav",
            "Bar M & S.wav",
            "M. S. Smith.wav",
            "room M, S wall.wav",
            "nave mid side wall.wav",
            "mid, side door.wav",
            "amid sides.wav",
            "mids-ides.wav",
            "M S wall.wav",
            "m.s",
        ] {
            assert!(!in_name(name), "{name}");
        }
    }
}
