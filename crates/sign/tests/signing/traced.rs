//! What an evaluation tells of itself: enough to make the value again, and what to do without.

use countersign_plan::{
    Absent, CipherMode, Codec, EcdsaForm, Escape, Hash, JsonForm, JweAlgorithm, JweEncryption, JwsAlgorithm, Padding,
    Payload, PublicForm, RequestPart, SignatureAlgorithm, texts,
};
use countersign_sign::{Function, Missing, Source, Trace};

use super::*;

/// Makes the bytes again of what it is told, and writes down what that was.
#[derive(Default)]
pub(crate) struct Recorder {
    /// The operands that have begun, and whether a name is in them in the place of what is missing.
    operands: Vec<(Vec<u8>, bool)>,
    told: Vec<String>,
    /// Whether the names of what is missing count.
    goes_on: bool,
}

impl Recorder {
    pub(crate) fn new(goes_on: bool) -> Self {
        Self { operands: vec![Default::default()], told: Vec::new(), goes_on }
    }

    /// What was told, and the bytes.
    pub(crate) fn ended(mut self) -> (Vec<String>, Vec<u8>) {
        let (bytes, _) = self.operands.pop().expect("what was evaluated");
        assert!(self.operands.is_empty(), "every operand has ended");
        (self.told, bytes)
    }

    fn add(&mut self, bytes: &[u8], is_placeholder: bool) {
        let (operand, has_placeholder) = self.operands.last_mut().expect("an operand");
        operand.extend_from_slice(bytes);
        *has_placeholder |= is_placeholder;
    }
}

impl Trace for Recorder {
    fn piece(&mut self, bytes: &[u8], source: Source<'_>) {
        self.told.push(format!("{source:?} {}", String::from_utf8_lossy(bytes)));
        self.add(bytes, false);
    }

    fn begin(&mut self) {
        self.told.push("begin".to_owned());
        self.operands.push(Default::default());
    }

    fn applied(&mut self, function: Function, result: &[u8]) {
        self.told.push(function.name().to_owned());
        let mut is_placeholder = false;
        for _ in function.operands() {
            is_placeholder |= self.operands.pop().expect("an operand").1;
        }
        self.add(result, is_placeholder);
    }

    fn missing(&mut self, what: Missing, name: &str) -> bool {
        self.told.push(format!("no {} {name}", what.name()));
        if self.goes_on {
            self.add(if what == Missing::BasePath { b"" } else { name.as_bytes() }, true);
        }
        self.goes_on
    }

    fn is_placeholder(&self) -> bool {
        self.operands.last().is_some_and(|(_, is_placeholder)| *is_placeholder)
    }

    fn filling(&mut self, slot: usize) {
        self.told.push(format!("filling {slot}"));
        self.operands = vec![Default::default()];
    }

    fn filled(&mut self, slot: usize) {
        self.told.push(format!("filled {slot}"));
    }
}

/// Everything that an expression can be made of.
fn everything() -> Operation {
    of_form(vec![
        path("id"),
        query("note"),
        header("X-Given").filled(list![GIVEN]),
        header("X-Sign"),
        field("/a"),
        field("/b"),
    ])
}

#[test]
fn every_piece_is_told_with_its_source_and_every_function_with_its_result() {
    let operation = Operation { path: "/v1/{id}".into(), ..everything() };
    let call = call().value("id", "7").value("note", "n").value("X-Given", "g").value("a", "1&");
    let request = call.request(&operation, "/api").unwrap();
    let told = |values: Vec<Value>| {
        let mut recorder = Recorder::new(false);
        let bytes = request.evaluate_traced(2, &values, &inputs(), &mut recorder).unwrap();
        let (told, again) = recorder.ended();
        assert_eq!(*bytes, again);
        told
    };
    assert_eq!(
        told(vec![
            text("t"),
            credential("secret_key"),
            setting("country"),
            session("token"),
            GIVEN,
            UNIX,
            UUID,
            sent_header("x-given"),
            sent_header("Accept"),
            sent_field("a"),
        ]),
        [
            "Open t",
            "Credential(\"secret_key\") a key of our own, for tests",
            "Setting(\"country\") MX",
            "Session(\"token\") a token of our own",
            "Given g",
            "Open 1769862896",
            "Open 6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
            "Header(\"x-given\", Some(2)) g",
            "Header(\"Accept\", None) application/json",
            "Field(\"a\", Some(4)) 1&",
        ]
    );
    let parts =
        [RequestPart::Method, RequestPart::Path, RequestPart::OperationPath, RequestPart::Query, RequestPart::Body];
    assert_eq!(
        told(vec![join("|", parts.map(countersign_plan::words::request).to_vec().into())]),
        [
            "Open POST",
            "Open |",
            "no base URL path",
            "Open /api",
            "Path /v1/7",
            "Open |",
            "Path /v1/7",
            "Open |",
            "Query note=n",
            "Open |",
            "Body a=1%26",
        ]
    );
    assert_eq!(
        told(vec![pairs(these(texts!["b", "/a"]), "&", Absent::Empty)]),
        ["Open b", "Open =", "Field(\"b\", Some(5)) ", "Open &", "Open a", "Open =", "Field(\"/a\", Some(4)) 1&"]
    );
    assert_eq!(
        told(vec![hex(list![sha_384(list![text("a"), hex(list![])]), text("b")])]),
        ["begin", "begin", "Open a", "begin", "hex", "sha-384", "Open b", "hex"]
    );
    for hash in [Hash::Sha256, Hash::Sha384, Hash::Sha512] {
        let tag = told(vec![hmac(hash, list![credential("secret_key")], list![text("m")])]);
        let key = "Credential(\"secret_key\") a key of our own, for tests";
        assert_eq!(tag, ["begin", key, "begin", "Open m", hash.hmac_name()]);
        assert_eq!(Function::Digest(hash).name(), hash.name());
    }
    for padding in [Padding::Pkcs1V15, Padding::OaepSha256] {
        let sealed = told(vec![rsa(padding, list![credential("pin_key")], list![text("1234")])]);
        assert_eq!(sealed, ["begin", "begin", "Open 1234", padding.name()]);
    }
}

/// It may have been meant as a value, which a name that has one is not.
#[test]
fn a_name_without_a_value_is_told_as_a_part_of_what_is_sent() {
    let operation = of_form(vec![header("X-Sign"), field("/a")]);
    let call = call().body("own=1&word&a");
    let request = call.request(&operation, "").unwrap();
    let mut recorder = Recorder::new(false);
    request.evaluate_traced(0, &[pairs(ALL, "&", Absent::Skip)], &inputs(), &mut recorder).unwrap();
    let (told, _) = recorder.ended();
    assert_eq!(told[..3], ["Open own", "Open =", "Field(\"own\", None) 1"]);
    assert_eq!(told[3..7], ["Open &", "Query word", "Open =", "Field(\"word\", None) "]);
    assert_eq!(told[7..], ["Open &", "Open a", "Open =", "Field(\"a\", Some(1)) "]);
}

#[test]
fn each_slot_is_told_when_it_is_filled() {
    let operation = of_form(vec![
        header("X-B").filled(list![sent_header("X-A")]),
        header("X-A").filled(list![text("a")]),
        header("X-None").filled(list![GIVEN]),
        field("/c").filled(list![text("c")]),
    ]);
    let call = call();
    let mut request = call.request(&operation, "").unwrap();
    let mut recorder = Recorder::new(false);
    whole(request.fill_traced(&inputs(), &mut recorder).unwrap());
    assert_eq!(
        recorder.told,
        [
            "filling 1",
            "Open a",
            "filled 1",
            "filling 0",
            "Header(\"X-A\", Some(1)) a",
            "filled 0",
            "filling 3",
            "Open c",
            "filled 3",
        ]
    );
}

#[test]
fn what_is_missing_is_an_error_unless_its_name_counts() {
    let operation = of_path("/v1", vec![header("X-Sign")]);
    let call = call();
    let request = call.request(&operation, "/api").unwrap();
    let own = Setup::new(&PLAN).setting("country", "MX");
    let with_base = Setup { base_url: Some("https://acme.example/api".into()), ..own.clone() };
    let evaluated = |setup: &Setup, goes_on: bool, value: Value| {
        let mut recorder = Recorder::new(goes_on);
        let bytes = request.evaluate_traced(0, &[value], &Inputs { setup, session: None, ..inputs() }, &mut recorder);
        let is_placeholder = recorder.is_placeholder();
        (bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()), is_placeholder, recorder.told)
    };
    for (value, name, what) in [
        (credential("secret_key"), "secret_key", "credential"),
        (setting("user"), "user", "setting"),
        (session("token"), "token", "session value"),
    ] {
        let missing = format!("no {what} {name}");
        let (error, _, told) = evaluated(&own, false, value.clone());
        assert_eq!((error.unwrap_err(), told), (format!("the {what} {name} is missing"), vec![missing.clone()]));
        let (shown, is_placeholder, told) = evaluated(&own, true, value);
        assert_eq!((shown.unwrap().as_str(), is_placeholder, told), (name, true, vec![missing]));
    }
    // A name need not be what a codec reads, and reaches through every function.
    let (shown, is_placeholder, told) = evaluated(&own, true, from_hex(list![credential("secret_key")]));
    assert_eq!((shown.unwrap().as_str(), is_placeholder), ("", true));
    assert_eq!(told, ["begin", "no credential secret_key", "from-hex"]);
    let (_, is_placeholder, _) =
        evaluated(&own, true, hmac(Hash::Sha256, list![credential("secret_key")], list![UUID]));
    assert!(is_placeholder);
    let (shown, is_placeholder, told) =
        evaluated(&own, true, rsa(Padding::Pkcs1V15, list![credential("pin_key")], list![text("1234")]));
    assert_eq!((shown.unwrap().as_str(), is_placeholder), ("rsa-pkcs1-v1-5", true));
    assert_eq!(told, ["begin", "begin", "Open 1234", "no credential pin_key", "rsa-pkcs1-v1-5"]);
    // What cannot be decoded and is no name is an error all the same.
    assert!(evaluated(&own, true, from_hex(list![text("x")])).0.unwrap_err().contains("from-hex"));

    let path = || countersign_plan::words::request(RequestPart::Path);
    let (shown, is_placeholder, told) = evaluated(&own, true, path());
    assert_eq!((shown.unwrap().as_str(), is_placeholder, told), ("", true, vec!["no base URL path".to_owned()]));
    assert_eq!(evaluated(&own, false, path()).0.unwrap(), "/api/v1");
    assert_eq!(evaluated(&with_base, true, path()).0.unwrap(), "/api/v1");
    let own_path = countersign_plan::words::request(RequestPart::OperationPath);
    assert_eq!(evaluated(&own, true, own_path).0.unwrap(), "/v1");
}

#[test]
fn a_name_in_the_place_of_a_value_is_held_to_no_rule_and_is_text() {
    let operation = of_json(vec![
        header("X-Client").filled(list![credential("secret_key")]).rules(list![pattern("^[0-9]+$")]),
        field("/client").literal().filled(list![setting("user")]).rules(list![INTEGER]),
    ]);
    let call = call();
    let fill = |trace: &mut dyn FnMut(&mut Request<'_>) -> Result<(), Invalid>| {
        let mut request = call.request(&operation, "").unwrap();
        trace(&mut request).map(|()| (header_of(&request, "X-Client"), request.body_text().into_owned()))
    };
    let nothing = Setup::new(&PLAN);
    let without = Inputs { setup: &nothing, session: None, ..inputs() };
    let shown = fill(&mut |request| request.fill_traced(&without, &mut Recorder::new(true)).map(whole)).unwrap();
    assert_eq!(shown, ("secret_key".to_owned(), r#"{"client":"user"}"#.to_owned()));
    let given = Setup::new(&PLAN).credential("secret_key", "x").unwrap();
    let with = Inputs { setup: &given, ..without };
    let wrong = fill(&mut |request| request.fill_traced(&with, &mut Recorder::new(true)).map(whole)).unwrap_err();
    assert!(wrong.to_string().starts_with("X-Client: it must match the pattern"), "{wrong}");
}

/// Every function, with keys of these names.
fn functions(key: &'static str, secret: &'static str) -> Vec<Value> {
    let (key, secret) = (|| vec![credential(key)], || vec![credential(secret)]);
    let member = || {
        json(
            vec![("jwk".into(), vec![Value::Public { credential: "p521".into(), form: PublicForm::Jwk }].into())]
                .into(),
        )
    };
    let mut values = Vec::new();
    for hash in [Hash::Md5, Hash::Sha1, Hash::Sha256, Hash::Sha384, Hash::Sha512] {
        values.push(Function::Digest(hash).of(secret()));
        values.push(Function::Hmac(hash).keyed(secret(), secret()));
    }
    let codecs = [
        Codec::Hex,
        Codec::Base64,
        Codec::Base64Url,
        Codec::Base64UrlPadded,
        Codec::Base64Mime,
        Codec::FromHex,
        Codec::FromBase64,
        Codec::Upper,
        Codec::Lower,
        Codec::Trim,
    ];
    values.extend(codecs.map(|codec| Function::Encode(codec).of(secret())));
    let forms = [JsonForm::Minified, JsonForm::Canonical];
    values.extend(forms.map(|form| Function::Json(form).of(secret())));
    for function in [
        Function::Escape(Escape::Percent),
        Function::Escape(Escape::Form),
        Function::Without,
        Function::After,
        Function::Encipher(CipherMode::Ecb),
        Function::Decipher(CipherMode::Ecb),
    ] {
        values.push(function.keyed(secret(), secret()));
        values.push(function.keyed(secret(), vec![text("")]));
    }
    values.push(Function::Decimal(2).of(secret()));
    for mode in [CipherMode::Cbc, CipherMode::Gcm] {
        for function in [Function::Encipher(mode), Function::Decipher(mode)] {
            values.push(apply4(function, secret().into(), list![text("iv")], list![text("a")], list![text("b")]));
        }
    }
    for padding in [Padding::Pkcs1V15, Padding::OaepSha256] {
        values.push(Function::Encrypt(padding).keyed(key(), secret()));
    }
    for &algorithm in SignatureAlgorithm::ALL {
        values.push(Function::Sign(algorithm, EcdsaForm::Der).keyed(key(), secret()));
    }
    for payload in [Payload::Claims, Payload::Bytes, Payload::Detached, Payload::DetachedUnencoded] {
        for &algorithm in JwsAlgorithm::ALL {
            let function = Function::Jws(algorithm, payload);
            values.push(apply3(function, key().into(), vec![member()].into(), secret().into()));
        }
        let own = Function::Jws(JwsAlgorithm::EdDsa, payload);
        values.push(apply3(own, list![credential("ed25519")], vec![member()].into(), list![text("a")]));
    }
    for &algorithm in JweAlgorithm::ALL {
        for &encryption in JweEncryption::ALL {
            let (seal, open) = (Function::Jwe(algorithm, encryption), Function::DecryptJwe(algorithm, encryption));
            values.push(apply3(seal, key().into(), vec![member()].into(), secret().into()));
            values.push(open.keyed(key(), secret()));
        }
    }
    // Bytes that are no credential by themselves.
    let derived = || vec![from_base64(secret().into())];
    values.push(apply3(Function::Jwe(JweAlgorithm::Dir, JweEncryption::A128Gcm), derived().into(), list![], list![]));
    values.push(Function::DecryptJwe(JweAlgorithm::A256Kw, JweEncryption::A128Gcm).keyed(derived(), secret()));
    values
}

#[test]
fn every_function_goes_on_with_the_names_of_what_is_missing() {
    let operation = of_path("/v1", vec![header("X-Sign")]);
    let call = call();
    let request = call.request(&operation, "/api").unwrap();
    let with_one = Setup::new(&PLAN).credential("ed25519", include_str!("../data/keys/ed25519.pem")).unwrap();
    let inputs = Inputs { setup: &with_one, session: None, ..inputs() };
    for value in functions("rsa", "secret_key") {
        let mut recorder = Recorder::new(true);
        let made = request.evaluate_traced(0, std::slice::from_ref(&value), &inputs, &mut recorder);
        let made = made.unwrap_or_else(|error| panic!("{value:?}: {error}"));
        assert!(recorder.is_placeholder(), "{value:?}");
        assert_eq!(recorder.ended().1, *made, "{value:?}");
        let stopped = request.evaluate_traced(0, &[value], &inputs, &mut Recorder::new(false)).unwrap_err();
        assert!(stopped.contains("is missing"), "{stopped}");
    }
}
