//! Holds a generated crate to a runtime that knows what it uses.

/// The version of the runtime.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Whether the runtime serves a crate that was generated with this version, by the rules of semantic versioning: it is the
/// same or a later one of those that are compatible.
pub const fn serves(generated_with: &str) -> bool {
    is_compatible(VERSION, generated_with)
}

const fn is_compatible(runtime: &str, generated_with: &str) -> bool {
    let ([a, b, c], [x, y, z]) = (numbers(runtime), numbers(generated_with));
    match (a, b) {
        (0, 0) => x == 0 && y == 0 && c == z,
        (0, _) => x == 0 && y == b && c >= z,
        _ => x == a && (b > y || b == y && c >= z),
    }
}

/// The three numbers of a version. What is behind them is of no interest.
const fn numbers(version: &str) -> [u32; 3] {
    let (bytes, mut numbers, mut part, mut at) = (version.as_bytes(), [0; 3], 0, 0);
    while at < bytes.len() {
        match bytes[at] {
            digit @ b'0'..=b'9' => numbers[part] = numbers[part] * 10 + (digit - b'0') as u32,
            b'.' if part < 2 => part += 1,
            _ => break,
        }
        at += 1;
    }
    numbers
}

/// The texts, one after the other, of which there are so many bytes.
#[doc(hidden)]
pub const fn joined<const LENGTH: usize>(texts: &[&str]) -> [u8; LENGTH] {
    let (mut joined, mut to, mut index) = ([0; LENGTH], 0, 0);
    while index < texts.len() {
        let (text, mut at) = (texts[index].as_bytes(), 0);
        while at < text.len() {
            joined[to] = text[at];
            (to, at) = (to + 1, at + 1);
        }
        index += 1;
    }
    joined
}

/// Does not compile with a runtime that does not serve a crate which was generated with this version.
#[doc(hidden)]
#[macro_export]
macro_rules! check_version {
    ($generated_with:literal) => {
        const _: () = {
            const TEXTS: [&str; 3] = [
                concat!("this crate was generated with countersign ", $generated_with, " and is built with "),
                $crate::generated::VERSION,
                ": run `cargo update -p countersign`, or generate the crate anew with the version that it is built with",
            ];
            const LENGTH: usize = TEXTS[0].len() + TEXTS[1].len() + TEXTS[2].len();
            const BYTES: [u8; LENGTH] = $crate::generated::joined(&TEXTS);
            let message = match ::core::str::from_utf8(&BYTES) {
                Ok(message) => message,
                Err(_) => TEXTS[0],
            };
            assert!($crate::generated::serves($generated_with), "{}", message);
        };
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    check_version!("0.1.0");

    #[test]
    fn a_later_compatible_version_serves() {
        for (runtime, generated_with, serves) in [
            ("0.1.0", "0.1.0", true),
            ("0.1.12", "0.1.9", true),
            ("0.1.9", "0.1.12", false),
            ("0.2.0", "0.1.0", false),
            ("0.1.0", "0.2.0", false),
            ("0.0.3", "0.0.3", true),
            ("0.0.4", "0.0.3", false),
            ("1.4.0", "1.3.9", true),
            ("1.3.9", "1.4.0", false),
            ("1.3.9", "1.3.10", false),
            ("2.0.0", "1.9.9", false),
            ("1.0.0", "0.9.0", false),
            ("0.1.0-rc.1", "0.1.0", true),
            ("1.2.3.4", "1.2.3", true),
        ] {
            assert_eq!(is_compatible(runtime, generated_with), serves, "{runtime} {generated_with}");
        }
        assert!(serves(VERSION) && !serves("9999.0.0"));
    }

    #[test]
    fn the_message_has_both_versions() {
        const TEXTS: [&str; 3] = ["made with 1 and ", VERSION, "!"];
        let bytes: [u8; 17 + VERSION.len()] = joined(&TEXTS);
        assert_eq!(std::str::from_utf8(&bytes), Ok(TEXTS.concat().as_str()));
    }
}
