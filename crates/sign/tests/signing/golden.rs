//! Every function against its golden vector, stage by stage.

use std::fs;
use std::path::PathBuf;

use countersign_plan::{Absent, Codec, Function, Hash, List, Place, RequestPart, any, texts};

use super::*;

/// The operation that the vectors were made of, and a call of it.
fn cards() -> (Operation, Call) {
    let fields = ["/mobile_no", "/dob", "/name", "/memo", "/note"].map(|name| field(name).sensitive());
    let operation = of_form([vec![query("given")], fields.to_vec()].concat()).signed(texts!["mobile_no", "dob"]);
    let form = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("mobile_no", "9876543978"), ("dob", "1958-01-02")])
        .extend_pairs([("name", "José Ñandú 💳"), ("memo", "a+b&c=d%20 e")])
        .finish();
    (operation, call().body(form))
}

fn bytes_of(values: &[Value]) -> Vec<u8> {
    let (operation, mut call) = cards();
    if any(values, &|value| matches!(value, Value::Given)) {
        call = call.value("given", "ab-é1");
    }
    let request = call.request(&operation, "").unwrap();
    let slot = operation.parameter(Place::Query, "given").unwrap();
    request.evaluate(slot, values, &inputs(), &mut ()).unwrap().to_vec()
}

/// The expression of a vector.
fn value_of(name: &str) -> Value {
    let one = |value: Value| List::from(vec![value]);
    let key = || credential("secret_key");
    let checksum = |which| hex(one(sha_256(vec![fields(which), key()].into())));
    let of_body = |digest: fn(List<Value>) -> Value| upper(one(hex(one(digest(list![request(RequestPart::Body)])))));
    let parts: List<Value> = list![
        request(RequestPart::Method),
        request(RequestPart::Path),
        request(RequestPart::Query),
        request(RequestPart::Body)
    ];
    let tag = |hash| base64(one(hmac(hash, one(key()), one(join("\n", parts.clone())))));
    // All 256 bytes, which no text can hold, come from their hexadecimal.
    let digits: String = (0..=255).map(|byte: u8| format!("{byte:02x}")).collect();
    let bytes = || one(from_hex(one(Value::Text(digits.clone().into()))));
    match name {
        "values-then-key" => checksum(SIGNED),
        "values-in-another-order" => checksum(these(texts!["dob", "mobile_no"])),
        "values-decoded" => checksum(these(texts!["name", "memo"])),
        "pairs-by-name" => hex(one(sha_256(one(pairs(BY_NAME, "&", Absent::Skip))))),
        "hmac-sha-256" => tag(Hash::Sha256),
        "hmac-sha-384" => tag(Hash::Sha384),
        "hmac-sha-512" => tag(Hash::Sha512),
        "sha-384-of-body" => of_body(sha_384),
        "sha-512-of-body" => of_body(sha_512),
        "hex" => hex(bytes()),
        "base64" => base64(bytes()),
        "base64-url" => base64_url(bytes()),
        "base64-mime" => base64_mime(bytes()),
        "percent" => percent(bytes()),
        "upper" => upper(list![GIVEN]),
        "lower" => lower(list![text("AB-É1")]),
        "from-hex" => from_hex(list![text("00fFa0")]),
        "from-base64" => from_base64(list![text("AAEC\n/w==")]),
        "time-unix" => UNIX,
        "time-unix-millis" => UNIX_MILLIS,
        "time-rfc3339" => RFC3339,
        "time-format-with-offset" => time(strftime("%Y%m%d%H%M%S"), 19_800, 0),
        other => panic!("the vector {other} has no expression"),
    }
}

/// What each stage of an expression yields, from the innermost operand to the value.
fn stages_of(value: Value) -> Vec<Vec<u8>> {
    let mut stages = vec![bytes_of(std::slice::from_ref(&value))];
    let mut outer = value;
    while let (Value::Apply(..), Some(of)) = (outer.clone(), outer.operand_mut()) {
        stages.push(bytes_of(of));
        match of.as_ref() {
            // No stage, but how bytes come in that are no text.
            [Value::Apply(Function::Encode(Codec::FromHex), _)] => break,
            [inner] => outer = inner.clone(),
            _ => break,
        }
    }
    stages.reverse();
    stages
}

#[test]
fn every_stage_of_every_vector_is_that_of_another_program() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors");
    let mut count = 0;
    for vector in fs::read_dir(folder).expect("the vectors").map(|entry| entry.expect("an entry").path()) {
        if !vector.join("command").exists() {
            continue;
        }
        count += 1;
        let name = vector.file_name().and_then(|name| name.to_str()).expect("a name");
        let stages = stages_of(value_of(name));
        let files = fs::read_dir(&vector).expect("the files of a vector").map(|entry| entry.expect("an entry").path());
        let mut files: Vec<_> = files.filter(|path| !path.ends_with("command")).collect();
        files.sort();
        assert_eq!(files.len(), stages.len(), "{name}: every stage has a file");
        for (file, stage) in files.iter().zip(&stages) {
            let expected = fs::read(file).expect("a file of a vector");
            assert_eq!(
                expected.escape_ascii().to_string(),
                stage.escape_ascii().to_string(),
                "{} differs; see {name}/command",
                file.display()
            );
        }
    }
    assert_eq!(count, 22, "a vector has come or gone: give it an expression above");
}
