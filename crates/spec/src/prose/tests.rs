//! What is written of a text, and that nothing else can be.

use proptest::prelude::*;
use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

use super::*;

#[test]
fn prose_stays_prose() {
    for (text, expected) in [
        ("plain", "plain"),
        ("two\nlines\n\nand a paragraph", "two\nlines\n\nand a paragraph"),
        ("see [Secret] and a<b>", "see \\[Secret\\] and a\\<b\\>"),
        ("see https://example.com/a.", "see <https://example.com/a>."),
        ("see [the page](https://example.com/a_b).", "see [the page](https://example.com/a_b)."),
        ("see [Secret](Secret)", "see Secret"),
        ("see [here](javascript:x) and ![there](https://a.example/i.png)", "see here and there"),
        ("in `code [x] <y>` only", "in `code [x] <y>` only"),
        ("a lone ` and [x]", "a lone \\` and \\[x\\]"),
        ("https:// and http:// alone", "https\\:// and http\\:// alone"),
        ("see (http://example.com/a?b#c), not https", "see (`http://example.com/a?b#c`), not https"),
        ("in `https://a.example` only", "in `https://a.example` only"),
        ("mobile_no, _really_ and __init__ **so** 2*3", "mobile_no, *really* and **init** **so** 2\\*3"),
        ("a|b\n-|-", "a\\|b\n\\-\\|-"),
        ("# Title\ntext\n***", "Title\n\ntext"),
        ("- a\n- b\n  1. c\n\nend", "- a\n- b\n  1. c\n\nend"),
        ("1\\. no list, \\- neither", "1\\. no list, - neither"),
        ("    let x = 1;\n    let y = 2;", "`let x = 1;`\\\n`let y = 2;`"),
        ("- \tlet x = 1;\n\n      assert!(x);", "- `let x = 1;`\\\n  `assert!(x);`"),
        ("- a\n\n      assert!(x);", "- a\n\n  `assert!(x);`"),
        ("```\nlet [x] = y;\n```", "`let [x] = y;`"),
        ("~~~rust\nopen", "`open`"),
        ("> ~~~\n> panic!()\n> ~~~", "`panic!()`"),
        ("1. ```\n   panic!()\n   ```", "1. `panic!()`"),
        ("<script>alert(1)</script>", "\\<script\\>alert(1)\\</script\\>"),
        (
            "# <![CDATA[<![CDATA[<https://a.example>[]\\[a](https://b.example)",
            "\\<!\\[CDATA\\[\\<!\\[CDATA[`https://a.example`\\[\\]\\[a](https://b.example)",
        ),
        ("a&lt;b&gt; &amp;copy; &copy;", "a\\<b\\> \\&copy; ©"),
        ("a\rb\r\nc", "a\nb\nc"),
        ("pay \u{202e}000,1\u{202c} now", "pay (U+202E)000,1(U+202C) now"),
        ("bell\u{7}", "bell(U+0007)"),
        (" \n ", ""),
    ] {
        assert_eq!(blocks(text), expected, "{text}");
        harmless(&blocks(text)).unwrap();
    }
}

#[test]
fn a_line_is_one_line() {
    for (text, expected) in [
        ("two\nlines\n\nand more", "two lines and more"),
        ("- a\n- b", "a - b"),
        ("a | `b|c`", "a \\| b\\|c"),
        ("```\nx\ny\n```", "`x` `y`"),
    ] {
        assert_eq!(line(text), expected, "{text}");
    }
}

#[test]
fn code_is_the_text_itself() {
    for (text, expected) in
        [("a_b", "`a_b`"), ("`", "`` ` ``"), ("a``b", "```a``b```"), ("a|b", "a\\|b"), ("a\nb", "`a b`"), ("", "")]
    {
        assert_eq!(code(text), expected, "{text}");
    }
}

/// What rustdoc reads beyond CommonMark.
const RUSTDOC: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_SMART_PUNCTUATION);

/// Says what in a Markdown text is more than prose.
fn harmless(markdown: &str) -> Result<(), String> {
    let bad = |c: char| (c.is_control() && c != '\n') || is_unseen(c) || c == '\r';
    if let Some(character) = markdown.chars().find(|c| bad(*c)) {
        return Err(format!("{character:?} in {markdown:?}"));
    }
    let mut in_link = false;
    for event in Parser::new_ext(markdown, RUSTDOC) {
        match event {
            Event::Start(Tag::Link { .. }) => in_link = true,
            Event::End(TagEnd::Link) => in_link = false,
            _ => {}
        }
        let fault = match &event {
            Event::Html(_)
            | Event::InlineHtml(_)
            | Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock | Tag::Image { .. }) => true,
            Event::Start(Tag::Link { dest_url, link_type, .. }) => {
                let inline = matches!(link_type, LinkType::Inline | LinkType::Autolink);
                !inline || !dest_url.starts_with("https://")
            }
            // rustdoc warns of an address that is no link.
            Event::Text(text) => !in_link && (text.contains("http://") || text.contains("https://")),
            Event::Start(Tag::FootnoteDefinition(_) | Tag::MetadataBlock(_) | Tag::Table(_)) => true,
            _ => false,
        };
        if fault {
            return Err(format!("{event:?} in {markdown:?}"));
        }
    }
    Ok(())
}

/// Arbitrary text of what means something to a Markdown parser.
fn prose() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        5 => prop::sample::select(vec![
            "```", "~~~", "````rust", "\n", "\n\n", "    ", "\t", "> ", "- ", "* ", "1. ", "12) ", "+ ", "# ", "===", "---",
            "`", "``", "*", "**", "_", "__", "~~", "|", "|-|-|", "[", "]", "(", ")", "](", "![", "[a](https://b.example)",
            "[a](http://b.example)", "[Client]", "[`Client`](x)", "[x]: https://a.example", "[x]: Secret", "<b>", "</b>",
            "<script>", "<!--", "-->", "<?", "<![CDATA[", "<https://a.example>", "<a@b.example>", "https://a.example/x_y",
            "http://a.example", "&lt;", "&#60;", "&", ";", "\\", "!", "\r", "\r\n", "\u{202e}", "\u{2066}", "\u{feff}", "\u{0}",
            "\u{85}", "\u{2028}", "{.x}", ":::", ": ", "$", "$$", "^", "[^1]", "[^1]:", "panic!()", "a", " ", "é", "٣", "🙂",
        ]).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_of_any_text_is_prose(text in prose()) {
        harmless(&blocks(&text)).map_err(TestCaseError::fail)?;
        let quoted = code(&text);
        for line in [line(&text), quoted, address(&text)] {
            prop_assert!(!line.contains('\n'), "{line:?}");
            // In a paragraph, a list, and the cell of a table.
            harmless(&line).map_err(TestCaseError::fail)?;
            harmless(&format!("- It is {line}, and more.")).map_err(TestCaseError::fail)?;
            let row = format!("| a | b |\n|---|---|\n| {line} | x |");
            let cells = Parser::new_ext(&row, RUSTDOC)
                .filter(|event| matches!(event, Event::Start(Tag::TableCell))).count();
            prop_assert_eq!(cells, 4, "{}", row);
        }
    }

    #[test]
    fn prose_is_not_changed_by_writing_it_again(text in "[a-z .,\n]{0,60}") {
        let once = blocks(&text);
        prop_assert_eq!(blocks(&once), once);
    }
}
