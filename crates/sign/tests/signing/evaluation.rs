//! What expressions yield, and what they say when something that they read is not there.

use countersign_plan::{
    Absent, Alphabet, CipherMode, EcdsaForm, Function, Hash, JweAlgorithm, JweEncryption, JwsAlgorithm, List, Padding,
    Payload, Place, PublicForm, RequestPart, Selection, SignatureAlgorithm, Text, TimeFormat, Value, texts,
};

use super::*;

/// Evaluates for a slot of the call, below `/api`.
fn evaluated(operation: &Operation, call: &Call, slot: usize, values: &[Value]) -> Result<String, String> {
    let request = call.request(operation, "/api").unwrap();
    let bytes = request.evaluate(slot, values, &inputs())?;
    Ok(String::from_utf8(bytes.to_vec()).unwrap())
}

fn cards() -> (Operation, Call) {
    let fields = ["/mobile_no", "/dob", "/note"].map(field);
    let operation = of_form([vec![header("X-Sign")], fields.to_vec()].concat());
    (operation, call().body("mobile_no=9876543978&dob=1958-01-02"))
}

fn of_cards(values: &[Value]) -> Result<String, String> {
    let (operation, call) = cards();
    evaluated(&operation, &call, 0, values)
}

#[test]
fn plain_values_are_concatenated() {
    let values = [
        text("a"),
        setting("country"),
        session("token"),
        UUID,
        sent_field("dob"),
        concat(list![text("("), request(RequestPart::OperationPath), text(")")]),
        request(RequestPart::Path),
    ];
    let expected = "aMXa token of our own6f9619ff-8b86-4d01-b42d-00cf4fc964ff1958-01-02(/v1/cards)/api/v1/cards";
    assert_eq!(of_cards(&values).unwrap(), expected);
}

#[test]
fn every_operand_of_join_counts() {
    let joined = join("|", list![text(""), concat(list![text("a"), text("b")]), text(""), setting("country")]);
    assert_eq!(of_cards(&[text("<"), joined, text(">")]).unwrap(), "<|ab||MX>");
    assert_eq!(of_cards(&[join("|", list![])]).unwrap(), "");
}

#[test]
fn an_optional_field_that_is_not_sent_is_skipped_or_counts_as_empty() {
    let value = |absent| pairs(these(texts!["note", "mobile_no", "dob"]), "|", absent);
    assert_eq!(of_cards(&[value(Absent::Skip)]).unwrap(), "mobile_no=9876543978|dob=1958-01-02");
    assert_eq!(of_cards(&[value(Absent::Empty)]).unwrap(), "note=|mobile_no=9876543978|dob=1958-01-02");
}

#[test]
fn what_a_function_makes_follows_what_is_before_it() {
    let basic = [text("Basic "), base64(list![text("a:b")]), text(" "), hex(list![text("c")])];
    assert_eq!(of_cards(&basic).unwrap(), "Basic YTpi 63");
    assert_eq!(of_cards(&[hex(list![text("c")]), text(" after")]).unwrap(), "63 after");
}

#[test]
fn base64_mime_of_nothing_is_nothing_and_full_lines_end_once() {
    assert_eq!(of_cards(&[base64_mime(list![text("")])]).unwrap(), "");
    let line = of_cards(&[base64_mime(vec![Value::Text("a".repeat(57).into())].into())]).unwrap();
    assert_eq!((line.len(), line.ends_with('\n'), line.matches('\n').count()), (77, true, 1));
}

#[test]
fn a_long_value_is_whole() {
    let long = "0123456789".repeat(30);
    let values: Vec<Value> = (0..20).map(|_| Value::Text(long.clone().into())).collect();
    assert_eq!(of_cards(&values).unwrap(), long.repeat(20));
}

fn jwt(algorithm: JwsAlgorithm, key: &'static str, header: List<Value>) -> Value {
    apply3(Function::Jws(algorithm, Payload::Claims), vec![credential(key)].into(), header, list![json(list![])])
}

fn jwe(algorithm: JweAlgorithm, key: &'static str, header: List<Value>) -> Value {
    apply3(Function::Jwe(algorithm, JweEncryption::A256Gcm), vec![credential(key)].into(), header, list![text("a")])
}

#[test]
fn what_is_missing_or_unusable_is_named() {
    for (value, name) in [
        (credential("other_key"), "the credential other_key is missing"),
        (setting("user"), "the setting user is missing"),
        (session("other"), "the session value other is missing"),
        (made("none"), "the value none is missing"),
        (sent_query("none"), "the query parameter none is not in the request"),
        (sent_path("none"), "the path parameter none is not in the request"),
        (sent_header("X-Other"), "the header X-Other is not in the request"),
        (part_of_header("Accept", "t"), "the part t of the header Accept is not in the request"),
        (fields(named_in("X-Other")), "X-Other, which lists what is signed, is not in the request"),
        (NAME, "of a selection alone"),
        (CONTENT, "of a selection alone"),
        (credential("rsa"), "the credential rsa is a key, and no text"),
        (credential("certificate"), "the credential certificate is a key, and no text"),
        (credential("client"), "the credential client is a key, and no text"),
        (hmac(Hash::Sha256, list![credential("pin_key")], list![]), "the credential pin_key is a key, and no text"),
        (public("secret_key", PublicForm::Jwk), "the credential secret_key: it is not declared as a key"),
        (public("none", PublicForm::Jwk), "the credential none is missing"),
        (request(RequestPart::Authority), "the base URL is missing"),
        (request(RequestPart::Url), "the base URL is missing"),
        (request(RequestPart::UrlWithoutQuery), "the base URL is missing"),
        (time(TimeFormat::Unix, 0, i64::MAX), "a time is out of range"),
        (json_minify(list![text("{")]), "it is not JSON"),
        (json_canonical(list![hex(list![text("a")]), text("}")]), "it is not JSON"),
        (apply(Function::Decimal(1), list![text("1.25")]), "more than 1 places"),
        (apply(Function::Decimal(1), list![text("1e3")]), "not a plain number"),
        (json(list![entry("a", list![random(Alphabet::Bytes, 200)])]), "a member of a JSON object is no text"),
        (
            Function::Sign(SignatureAlgorithm::Ed25519, EcdsaForm::Jose).keyed(vec![credential("p256")], vec![]),
            "it is a P-256 key, and ed25519 needs",
        ),
        (
            Function::Sign(SignatureAlgorithm::Ed25519, EcdsaForm::Jose).keyed(vec![credential("secret_key")], vec![]),
            "the credential secret_key is not declared as a private-key",
        ),
        (jwt(JwsAlgorithm::Rs256, "secret_key", list![]), "RS256 needs a private key here"),
        (jwt(JwsAlgorithm::Hs256, "rsa", list![]), "HS256 needs a shared secret here"),
        (jwt(JwsAlgorithm::Rs256, "certificate", list![]), "not declared as a private-key"),
        (jwt(JwsAlgorithm::Hs256, "none", list![]), "the credential none is missing"),
        (
            jwt(JwsAlgorithm::Hs256, "secret_key", list![json(list![entry("alg", list![text("none")])])]),
            "`alg` in its header",
        ),
        (
            jwt(JwsAlgorithm::Hs256, "secret_key", list![json(list![entry("b64", list![literal("false")])])]),
            "`b64` in its header",
        ),
        (jwe(JweAlgorithm::Dir, "aes_key", list![]), "dir needs a key of 32 bytes here, and this one has 16"),
        (jwe(JweAlgorithm::RsaOaep256, "rsa", list![]), "not declared as a public-key"),
        (jwe(JweAlgorithm::RsaOaep256, "p256_public", list![]), "encrypting needs an RSA key"),
        (jwe(JweAlgorithm::EcdhEs, "certificate", list![]), "agreeing on a key needs an elliptic curve"),
        (jwe(JweAlgorithm::RsaOaep256, "none", list![]), "the credential none is missing"),
        (
            jwe(JweAlgorithm::EcdhEs, "p256_public", list![json(list![entry("epk", list![text("")])])]),
            "`epk`, which is filled in",
        ),
        (
            apply3(Function::Encipher(CipherMode::Cbc), list![text("short")], list![], list![text("a")]),
            "a key of aes-cbc has 16, 24 or 32 bytes, and this one has 5",
        ),
        (
            apply3(Function::Encipher(CipherMode::Cbc), list![credential("aes_key")], list![text("iv")], list![]),
            "aes-cbc takes 16 bytes as its iv or nonce, and these are 2",
        ),
        (
            apply2(Function::Decipher(CipherMode::Ecb), list![credential("aes_key")], list![text("a")]),
            "it cannot be decrypted",
        ),
        (
            apply2(
                Function::DecryptJwe(JweAlgorithm::Dir, JweEncryption::A256Gcm),
                list![credential("shared_key")],
                list![text("a.b")],
            ),
            "it cannot be decrypted",
        ),
        (sent_field("note"), "the field note is not in the request"),
        (sent_field("none"), "the field none is not in the request"),
        (GIVEN, "no value was given"),
        (hex(list![credential("other_key")]), "the credential other_key is missing"),
        (sha_256(list![setting("user")]), "the setting user is missing"),
        (join("", list![session("other")]), "the session value other is missing"),
        (from_hex(list![text("xyz")]), "from-hex is not hexadecimal"),
        (from_base64(list![text("*")]), "from-base64 is not base64"),
        (time(strftime("%!"), 0, 0), "the time format \"%!\" is not understood"),
        (time(strftime("%Y"), i32::MAX, 0), "the offset of a time is out of range"),
        (
            rsa(Padding::Pkcs1V15, list![credential("secret_key")], list![text("1234")]),
            "the credential secret_key is not declared as an rsa-public-key",
        ),
        (rsa(Padding::OaepSha256, list![credential("none")], list![text("1234")]), "the credential none is missing"),
        (
            rsa(Padding::OaepSha256, list![text("k")], list![text("1234")]),
            "the key of rsa-oaep-sha-256 is not one credential",
        ),
        (
            rsa(
                Padding::Pkcs1V15,
                vec![credential("pin_key")].into(),
                vec![Value::Text("1".repeat(300).into())].into(),
            ),
            "300 bytes cannot be encrypted",
        ),
    ] {
        let error = of_cards(std::slice::from_ref(&value)).expect_err("an error");
        assert!(error.contains(name), "{error:?} should say {name:?}");
        assert!(!error.contains(KEY) && !error.contains("MII"), "{error}");
    }
    let (operation, call) = cards();
    let request = call.request(&operation, "").unwrap();
    let without = Inputs { session: None, ..inputs() };
    let error = request.evaluate(0, &[session("token")], &without).unwrap_err();
    assert_eq!(error, "the session value token is missing");
}

#[test]
fn a_ciphertext_is_as_long_as_its_key_and_another_each_time() {
    for padding in [Padding::Pkcs1V15, Padding::OaepSha256] {
        let sealed = [hex(vec![rsa(padding, list![credential("pin_key")], list![text("1234")])].into())];
        let (first, second) = (of_cards(&sealed).unwrap(), of_cards(&sealed).unwrap());
        assert_eq!((first.len(), second.len()), (512, 512));
        assert_ne!(first, second);
    }
}

/// What `{fields: …}` yields, where it fills this slot, of a JSON body.
fn fields_of_json(slot: &str, which: Selection, absent: Absent, body: &str) -> String {
    let operation = of_json(vec![
        header("memo"),
        field("/mobile_no"),
        field("/Dob"),
        field("/memo"),
        field("/~1a"),
        field("/order"),
        field("/order/amount"),
        field("/order/a~1b"),
    ]);
    let slot = match slot.strip_prefix("header ") {
        Some(name) => operation.parameter(Place::Header, name),
        None => operation.field(slot),
    };
    let value = pairs(which, "|", absent);
    evaluated(&operation, &call().body(body), slot.expect("a slot"), &[value]).unwrap()
}

#[test]
fn by_name_is_every_field_at_the_top_but_the_one_that_is_filled() {
    let body = r#"{"other":{"b":1,"a":[2]},"memo":"m","Other":null,"/a":"1","mobile_no":"9"}"#;
    let of = |slot: &str, absent| fields_of_json(slot, BY_NAME, absent, body);
    // What the document does not have counts, and a header is not the field of its name.
    assert_eq!(of("header memo", Absent::Skip), r#"/a=1|memo=m|mobile_no=9|other={"b":1,"a":[2]}"#);
    assert_eq!(of("/memo", Absent::Skip), r#"/a=1|mobile_no=9|other={"b":1,"a":[2]}"#);
    assert_eq!(of("/mobile_no", Absent::Skip), r#"/a=1|memo=m|other={"b":1,"a":[2]}"#);
    let empty = r#"/a=1|Dob=|Other=|memo=m|mobile_no=9|order=|other={"b":1,"a":[2]}"#;
    assert_eq!(of("header memo", Absent::Empty), empty);
    assert_eq!(of("/memo", Absent::Empty), empty.replace("memo=m|", ""));
    // An object is one field, as it is sent.
    let order = r#"{"order":{ "amount" : 1.50 }}"#;
    assert_eq!(fields_of_json("header memo", BY_NAME, Absent::Skip, order), r#"order={ "amount" : 1.50 }"#);
}

#[test]
fn by_name_of_a_form_has_what_the_document_does_not_know() {
    let operation = of_form(vec![header("X-Sign"), field("/b"), field("/sign")]);
    let value = |absent| pairs(BY_NAME, "&", absent);
    let call = call().body("z=1+2&b=%26&A=&sign=s");
    let of = |slot, absent| evaluated(&operation, &call, slot, &[value(absent)]).unwrap();
    assert_eq!(of(0, Absent::Skip), "A=&b=&&sign=s&z=1 2");
    assert_eq!(of(2, Absent::Empty), "A=&b=&&z=1 2");
}

#[test]
fn a_pointer_is_signed_by_the_name_that_it_ends_with() {
    let names: Vec<Text> = ["/order/amount", "memo", "/~1a", "/order/a~1b", "/Dob"].map(Into::into).to_vec();
    let body = r#"{"order":{"amount":1.50,"a/b":"x"},"memo":"m","/a":"1"}"#;
    let of = |absent| fields_of_json("header memo", these(names.clone().into()), absent, body);
    assert_eq!(of(Absent::Skip), "amount=1.50|memo=m|/a=1|a/b=x");
    assert_eq!(of(Absent::Empty), "amount=1.50|memo=m|/a=1|a/b=x|Dob=");
}

#[test]
fn fields_are_read_decoded_and_null_is_none() {
    let body = r#"{"memo":"\u00e9\n","mobile_no":null,"order":{"amount":true}}"#;
    let which = || these(texts!["memo", "mobile_no", "/order/amount"]);
    assert_eq!(fields_of_json("header memo", which(), Absent::Skip, body), "memo=é\n|amount=true");
    assert_eq!(fields_of_json("header memo", which(), Absent::Empty, body), "memo=é\n|mobile_no=|amount=true");
}

#[test]
fn signed_fields_are_those_of_the_operation_in_its_order() {
    let (operation, call) = cards();
    let value = [selected(Fields::new(SIGNED).separator(list![text("-")]))];
    assert_eq!(evaluated(&operation, &call, 0, &value).unwrap(), "");
    let operation = operation.signed(texts!["dob", "mobile_no"]);
    assert_eq!(evaluated(&operation, &call, 0, &value).unwrap(), "1958-01-02-9876543978");
}

#[test]
fn a_header_is_read_in_any_case_and_the_media_types_are_there_to_be_read() {
    let media_types = || vec![sent_header("content-type"), text(";"), sent_header("ACCEPT")];
    let form = of_form(vec![filled(header("X-Sign"), media_types())]);
    let json = of_json(vec![filled(header("X-Sign"), media_types())]);
    for (operation, expected) in
        [(&form, "application/x-www-form-urlencoded;application/json"), (&json, "application/json;application/json")]
    {
        assert_eq!(header_of(&signed(operation, &call()).unwrap(), "X-Sign"), expected);
    }
    // What the document says of such a header is read in the place of what the client would write.
    let own = of_form(vec![
        header("X-Sign").filled(list![sent_header("Accept")]),
        header("accept").filled(list![text("text/plain")]),
    ]);
    let call = call();
    let request = signed(&own, &call).unwrap();
    assert_eq!(header_of(&request, "X-Sign"), "text/plain");
    assert_eq!(request.headers().filter(|header| header.name.eq_ignore_ascii_case("accept")).count(), 1);
}

#[test]
fn what_is_read_is_what_is_sent() {
    let parts =
        [RequestPart::Method, RequestPart::Path, RequestPart::OperationPath, RequestPart::Query, RequestPart::Body];
    let parts = parts.map(request).to_vec();
    let operation = of_json(vec![
        path("id"),
        filled(header("X-Sign"), vec![join("|", parts.into())]),
        query("note"),
        query("at").filled(list![UNIX]),
        field("/a"),
        field("/stamp").filled(list![setting("country")]),
    ]);
    let operation = Operation { path: "/v1/{id}.json".into(), ..operation };
    let call = call().value("id", "a/b c").value("note", "n&").value("a", "1");
    let request = signed(&operation, &call).unwrap();
    let (path, query, body) = (request.path(), request.query().unwrap(), request.body_text());
    assert_eq!(path, "/api/v1/a%2Fb%20c.json");
    assert_eq!(query, "note=n%26&at=1769862896");
    assert_eq!(body, r#"{"a":"1","stamp":"MX"}"#);
    let own = path.strip_prefix("/api").unwrap();
    assert_eq!(header_of(&request, "X-Sign"), format!("POST|{path}|{own}|{query}|{body}"));
}

#[test]
fn the_path_of_a_base_url_is_what_follows_its_host_without_a_slash_at_its_end() {
    for (url, path) in [
        (None, ""),
        (Some("https://acme.example"), ""),
        (Some("https://acme.example/"), ""),
        (Some("https://acme.example:8443/api"), "/api"),
        (Some("https://acme.example/api/v3/"), "/api/v3"),
        (Some("acme.example/api"), ""),
    ] {
        let setup = Setup { base_url: url.map(str::to_owned), ..SETUP.clone() };
        assert_eq!(setup.base_path(&operation("pay", "POST", "/pay")), path, "{url:?}");
    }
}

#[test]
fn a_part_of_a_header_ends_with_its_quotes_whatever_follows_them() {
    let operation = of_path("/v1", vec![header("X-Sign"), header("X-List")]);
    let call = call().value("X-List", r#"Scheme t="1, 2"v1=3;v2="4" v3="5"#);
    for (name, expected) in [("t", "1, 2"), ("v1", "3"), ("v2", "4"), ("v3", "5")] {
        assert_eq!(evaluated(&operation, &call, 0, &[part_of_header("X-List", name)]).as_deref(), Ok(expected));
    }
}
