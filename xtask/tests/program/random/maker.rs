//! Names, texts and chance, and what has been made of a document so far.

use serde_json::{Map, Value, json};

/// Names that mean something to Rust, to the generated code, to YAML or to Markdown, and names that are none.
#[rustfmt::skip] // Many on a line.
const ODD: &[&str] = &[
    "result", "request", "response", "header_map", "body", "body_map", "client", "url", "value", "send", "new",
    "clone", "dispatch", "default", "builder", "inner", "info", "types", "leaks", "error", "fmt", "main", "test",
    "mock", "operations", "example", "from", "into", "option", "string", "vec", "some", "none", "ok", "err", "std",
    "core", "serde", "reqwest", "countersign", "serde_json", "self", "Self", "crate", "super", "gen", "async", "try",
    "type", "match", "union", "dyn", "macro_rules", "auto", "raw", "static", "Default", "Option", "Some", "None",
    "Ok", "Err", "OK", "ERR", "Result", "String", "Vec", "Box", "Secret", "Sensitive", "Date", "Client", "Answer",
    "Given", "Field", "Response", "Call", "Executor", "CallOptions", "ConversionError", "with_options", "call", "Error", "Unknown", "unknown", "UNKNOWN_VALUE", "Clone", "Debug", "Display", "Serialize", "TryFrom", "TryInto",
    "FromStr", "ToString", "Deref", "Iterator", "Fn", "Send", "T", "V", "F", "S", "E", "D", "A", "a", "e", "f", "s",
    "x", "i64", "str", "bool", "u8", "1st", "+1", "-1", "1", "400", "2fa", "_", "__", "-", "it's", "foo-bar",
    "fooBar", "FooBar", "foo.bar", "a b", "a/b", "a~b", "{x}", "}", "\"", "\\", "`", "```", "|", "<b>", "$ref", "#",
    "%41", "&", "=", "@timestamp", "", " ", "true", "null", "yes", "0", "é", "\u{5d0}\u{5d1}", "名前", "🙂", "\u{202e}x",
    "\u{200b}", "ﬁ", "ß", "K", "a\nb", "\u{1}", "status", "headers", "kind", "base_url", "when", "then", "into_inner",
    "success", "refused", "mock_server", "to_string", "try_into", "as_str", "as_ref", "unwrap", "map", "expect",
    "http", "get", "post", "put", "execute", "format", "println", "panic", "assert", "case", "answer", "field",
    "type_", "self_", "_type", "XMLHttpRequest2", "snake_case_name", "UPPER_CASE", "api-version", "api_version",
    "Content-Language", "X-Request-Id",
];

/// Text that means something to Markdown, to rustdoc or to the compiler.
pub const TEXTS: &[&str] = &[
    "Plain text.",
    "~~~\nassert!(false)\n~~~",
    "```\nassert!(false)\n```",
    "\tassert!(false);",
    "    assert!(false);",
    "- a\n\n      assert!(false);",
    "> ```rust\n> assert!(false)\n> ```",
    "<script>alert(1)</script>",
    "<b>bold",
    "[Client] and [`x`](y)",
    "[x]: http://x\n\n[x]",
    "a\rb",
    "\u{202e}abc\u{202c}",
    "\u{2066}x",
    "*/ // /*",
    "#[doc]",
    "\\",
    "`",
    "a | b",
    "https://example.com/a_b",
    "http://example.com",
    "![i](https://example.com/i.png)",
    "é ß 名",
    "\u{0}",
    "{}",
    "{0}",
    "\"quoted\"",
    "# Heading",
    "1. one\n2. two",
];

/// Where all of it is from.
pub const SOURCE: &str = "made up";

/// What a document is made with, and what has been made of it.
pub struct Maker {
    pub dice: Dice,
    /// How many of a hundred names are odd.
    pub odd: u64,
    pub count: u64,
    pub schemas: Map<String, Value>,
    pub settings: Map<String, Value>,
    /// The objects that are being made, or sampled.
    pub around: Vec<String>,
    /// The name of the second server, if there are servers.
    pub server: Option<String>,
}

impl Maker {
    /// A name, odd perhaps.
    pub fn name(&mut self) -> String {
        if self.chance(self.odd) {
            let mut name = (*self.dice.pick(ODD)).to_owned();
            if self.chance(10) {
                let more = *self.dice.pick(&["_", "1", "_when", "-type", "_call", "é"]);
                name.push_str(more);
            }
            return name;
        }
        self.count += 1;
        let count = self.count;
        match self.dice.below(4) {
            0 => format!("name{count}"),
            1 => format!("camelName{count}"),
            2 => format!("kebab-name-{count}"),
            _ => format!("Pascal{count}"),
        }
    }

    /// A name in snake case, odd perhaps.
    pub fn word(&mut self) -> String {
        let snake = |name: &str| {
            name.starts_with(|c: char| c.is_ascii_lowercase())
                && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
                && !name.ends_with('_')
        };
        let words: Vec<&str> = ODD.iter().copied().filter(|name| snake(name)).collect();
        if self.chance(self.odd) {
            return (*self.dice.pick(&words)).to_owned();
        }
        self.count += 1;
        format!("word_{}", self.count)
    }

    pub fn text(&mut self) -> String {
        if self.chance(60) { "Some text.".to_owned() } else { (*self.dice.pick(TEXTS)).to_owned() }
    }

    pub fn chance(&mut self, of_hundred: u64) -> bool {
        self.dice.below(100) < of_hundred
    }
}

/// The JSON pointer of a field at the top.
pub fn pointer(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}

pub fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// Numbers that follow from a seed: SplitMix64.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        // By another factor than that of the dice, since numbers of the next seed would be those of this one without the first.
        Self(seed.wrapping_mul(0xd134_2543_de82_ef95).wrapping_add(1))
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len() as u64) as usize]
    }
}
