//! That no digit is lost, and that what is no number is an error.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

fn read(json: &str) -> Result<Decimal, String> {
    serde_json::from_str(json).map_err(|error| error.to_string())
}

#[test]
fn a_number_is_written_as_it_is_read() {
    for text in [
        "0",
        "12.50",
        "-0.01",
        "0.1",
        "1234567890.123456789012345678",
        "79228162514264337593543950335",
        "0.0000000000000000000000000001",
        "1.0000000000000000000000000000",
    ] {
        assert_eq!(serde_json::to_string(&read(text).unwrap()).unwrap(), text);
    }
}

#[test]
fn an_exponent_is_written_out() {
    for (text, expected) in [
        ("1e3", "1000"),
        ("1.5E+2", "150"),
        ("15e-1", "1.5"),
        ("1.50e1", "15.0"),
        ("0e999", "0"),
        ("-2.5e-3", "-0.0025"),
        ("1e28", "10000000000000000000000000000"),
        ("10e-29", "0.0000000000000000000000000001"),
    ] {
        assert_eq!(read(text).unwrap().to_string(), expected, "{text}");
    }
}

/// Rounding would be a wrong amount that nobody sees.
#[test]
fn a_number_that_does_not_fit_is_an_error() {
    for text in [
        "79228162514264337593543950336",
        "0.00000000000000000000000000001",
        "1.23456789012345678901234567890123",
        "1e29",
        "1e99999999999",
        "1e-40",
        "1e-99",
        "123456789012345678901234567890e5",
        "1234567890123456789012345678901234567890e5",
    ] {
        assert!(read(text).is_err(), "{text}");
    }
}

#[test]
fn what_is_no_number_is_an_error() {
    for json in ["\"1\"", "null", "true", "[1]", "{}", "{\"$serde_json::private::RawValue\": \"1\"}"] {
        assert!(read(json).is_err(), "{json}");
    }
    for text in [
        "", "-", "+1", "1.", ".5", "01", "1e", "1e+", "1e++1", "1e+-1", "0e+-0", "1_000", " 1", "1 ", "Infinity",
        "NaN", "0x1", "--1", "1e1.5", "١",
    ] {
        assert_eq!(text.parse::<Decimal>(), Err(NoDecimal), "{text}");
    }
}

#[test]
fn it_is_exact_wherever_it_is() {
    let list: Vec<Decimal> = serde_json::from_str("[0.1, 0.20]").unwrap();
    assert_eq!(serde_json::to_string(&list).unwrap(), "[0.1,0.20]");
    let map: BTreeMap<String, Option<Decimal>> =
        serde_json::from_str(r#"{"a": 9007199254740993.01, "b": null}"#).unwrap();
    assert_eq!(serde_json::to_string(&map).unwrap(), r#"{"a":9007199254740993.01,"b":null}"#);
}

proptest! {
    #[test]
    fn any_number_of_28_digits_stays_what_it_is(whole in "(0|-?[1-9][0-9]{0,13})", fraction in "(\\.[0-9]{1,14})?") {
        let text = format!("{whole}{fraction}");
        prop_assert_eq!(serde_json::to_string(&read(&text).unwrap()).unwrap(), text);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[-+0-9.eE]{0,40}") {
        // What JSON takes for a number and fits has the value that a binary fraction is near to.
        if let Ok(number) = text.parse::<Decimal>() {
            let near: f64 = serde_json::from_str(&text).unwrap();
            let own: f64 = number.to_string().parse().unwrap();
            prop_assert!((near - own).abs() <= near.abs() * 1e-15, "{} {}", near, own);
        }
    }
}

#[test]
fn it_is_made_of_what_others_have_and_becomes_that_again() {
    let number = rust_decimal::Decimal::new(1250, 2);
    let own = Decimal::from(number);
    assert_eq!((own.to_string().as_str(), rust_decimal::Decimal::from(own)), ("12.50", number));
    assert_eq!(Decimal::try_from("12.50"), Ok(own));
    assert_eq!(Decimal::try_from("12,50").unwrap_err().to_string(), "it is no number of at most 28 digits");
    let hidden = Sensitive::<Decimal>::try_from("12.50").expect("a number");
    assert_eq!((*hidden.expose(), Sensitive::<Decimal>::try_from("x").is_err()), (own, true));
    // Whoever calculates takes it for a number.
    assert_eq!((own.scale(), own.trunc()), (2, rust_decimal::Decimal::from(12)));
}
