//! The words that a preset is found by, as preset files carry them: the chunk "Info" holds a short
//! XML text of attributes (VST 3 SDK, "VST 3 Preset Format"), and the one for words of any kind is
//! "MusicalCharacter", several of them joined by `|`. Written whole; read by looking for that one
//! attribute, as hosts write others beside it.

/// The attribute that holds the words.
const ATTRIBUTE: &str = "MusicalCharacter";

/// What XML wants written otherwise.
const ENTITIES: [(&str, &str); 5] = [
    ("&amp;", "&"),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", "\""),
    ("&apos;", "'"),
];

/// Words as people type them, with commas between: trimmed, in lower case, each once, in order.
#[must_use]
pub fn parse_tags(text: &str) -> Vec<String> {
    let mut tags: Vec<String> = text
        .split([',', ';', '|'])
        .map(|tag| tag.trim().to_lowercase())
        .filter(|tag| !tag.is_empty() && !tag.contains(char::is_control))
        .collect();
    tags.sort();
    tags.dedup();
    tags
}

/// The content of the chunk.
pub(super) fn to_xml(tags: &[String]) -> String {
    let joined = tags.join("|");
    // The ampersand first: the others bring new ones along.
    let value = ENTITIES.iter().fold(joined, |text, (written, meant)| {
        text.replace(meant, written)
    });
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<MetaInfo>\n\t<Attribute id=\"{ATTRIBUTE}\" \
         value=\"{value}\" type=\"string\"/>\n</MetaInfo>\n"
    )
}

/// The words in such a chunk; none if it holds none.
pub(super) fn from_xml(text: &str) -> Vec<String> {
    let words = text.split('<').find_map(|element| {
        let named =
            element.starts_with("Attribute") && element.contains(&format!("id=\"{ATTRIBUTE}\""));
        let (_, rest) = element.split_once("value=\"").filter(|_| named)?;
        Some(rest.split_once('"')?.0)
    });
    // The ampersand last, or what is written `&amp;lt;` would be read as `<`.
    let text = ENTITIES.iter().rev().fold(
        words.unwrap_or_default().to_owned(),
        |text, (written, meant)| text.replace(written, meant),
    );
    parse_tags(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back_as_they_were() {
        let tags = parse_tags(" Dark, long;dark ,, R&B <wet> \"x\" 'y' &lt ");
        assert_eq!(tags, ["dark", "long", "r&b <wet> \"x\" 'y' &lt"]);
        assert_eq!(from_xml(&to_xml(&tags)), tags);
    }

    #[test]
    fn what_hosts_write_beside_is_passed_over() {
        let text = "<MetaInfo><Attribute id=\"MediaType\" value=\"VstPreset\" type=\"string\"/>\
                    <Attribute flags=\"\" id=\"MusicalCharacter\" value=\"Warm|Dry\"/></MetaInfo>";
        assert_eq!(from_xml(text), ["dry", "warm"]);
        for bad in [
            "",
            "<",
            "<Attribute id=\"MusicalCharacter\" value=\"cut",
            "value=\"x\"",
        ] {
            assert_eq!(from_xml(bad), [] as [String; 0], "{bad}");
        }
    }
}
