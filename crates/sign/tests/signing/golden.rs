//! Every function against its golden vector, stage by stage.

use std::fs;
use std::path::PathBuf;

use countersign_plan::{
    Absent, Alphabet, CipherMode, Codec, EcdsaForm, Escape, Function, Hash, JweAlgorithm, JweEncryption, JwsAlgorithm,
    List, Of, Payload, Per, Place, PublicForm, RequestPart, SignatureAlgorithm, TimeFormat, UuidVersion, any, texts,
};

use super::*;

/// A request, the slot that a value is made for, and the value.
struct Case {
    operation: Operation,
    /// The target and the body of a request that was received, or nothing where it is made of `call`.
    received: Option<http::Request<&'static str>>,
    call: Call,
    base_url: &'static str,
    slot: usize,
    value: Value,
}

/// The operation that the first vectors were made of, and a call of it.
fn cards(value: Value) -> Case {
    let fields = ["/mobile_no", "/dob", "/name", "/memo", "/note"].map(|name| field(name).sensitive());
    let operation = of_form([vec![query("given")], fields.to_vec()].concat()).signed(texts!["mobile_no", "dob"]);
    let form = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("mobile_no", "9876543978"), ("dob", "1958-01-02")])
        .extend_pairs([("name", "José Ñandú 💳"), ("memo", "a+b&c=d%20 e")])
        .finish();
    let mut call = call().body(form);
    if any(std::slice::from_ref(&value), &|value| matches!(value, Value::Given)) {
        call = call.value("given", "ab-é1");
    }
    let slot = operation.parameter(Place::Query, "given").unwrap();
    Case { operation, received: None, call, base_url: "https://acme.example", slot, value }
}

/// A request that has something in every place, what the document does not have too, as `make.py` has it.
fn transfers(slot: &str, value: Value) -> Case {
    let operation = of_form(vec![
        path("id"),
        header("Date"),
        header("Signature"),
        header("X-Signed"),
        query("currency"),
        query("own"),
        query("signature").filled(list![text("none")]),
        field("/amount"),
        field("/memo"),
        field("/empty"),
        field("/absent"),
        field("/sign").filled(list![text("none")]),
    ]);
    let operation = Operation { path: "/v1/accounts/{id}/transfers".into(), ..operation };
    let target = "/base/v1/accounts/a%20b/transfers?currency=EUR&Z=1&a=2&signature=none&a=1&note=&own=x+y%26";
    let received = http::Request::post(target)
        .header("X-GCS-ServerMeta", "s")
        .header("X-GCS-ClientMeta", "  padded  ")
        .header("Date", "Sat, 31 Jan 2026 12:34:56 GMT")
        .header("Signature", "t=1769862896, v1=\"ab=c,d\",v0=old")
        .header("X-Signed", "amount,alpha memo")
        .body("amount=20.1&memo=a+b%26c&empty=&Beta=2&alpha=%C3%A9&sign=none&extra=x%7Ey")
        .unwrap();
    let slot = operation.slots.iter().position(|own| own.shown_name() == slot).unwrap();
    let base_url = "https://acme.example:8443/base";
    Case { operation, received: Some(received), call: call(), base_url, slot, value }
}

impl Case {
    fn bytes_of(&self, values: &[Value]) -> Vec<u8> {
        let setup = Setup { base_url: Some(self.base_url.into()), ..SETUP.clone() };
        let request = match &self.received {
            Some(received) => Request::received(&self.operation, setup.base_path(&self.operation), received).unwrap(),
            None => self.call.request(&self.operation, setup.base_path(&self.operation)).unwrap(),
        };
        let inputs = Inputs { setup: &setup, ..inputs() };
        request.evaluate(self.slot, values, &inputs).unwrap().to_vec()
    }

    /// What each stage of an expression yields, from the innermost operand to the value.
    fn stages(&self) -> Vec<Vec<u8>> {
        let mut stages = vec![self.bytes_of(std::slice::from_ref(&self.value))];
        let mut outer = self.value.clone();
        while let (Value::Apply(..), Some(of)) = (outer.clone(), outer.operand_mut()) {
            stages.push(self.bytes_of(of));
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
}

fn one(value: Value) -> List<Value> {
    vec![value].into()
}

/// The expression of a vector, and what it is evaluated with.
fn case_of(name: &str) -> Case {
    let key = || credential("secret_key");
    let checksum = |which| cards(hex(one(sha_256(vec![fields(which), key()].into()))));
    let of_body =
        |digest: fn(List<Value>) -> Value| cards(upper(one(hex(one(digest(list![request(RequestPart::Body)]))))));
    let parts_of_request: List<Value> = list![
        request(RequestPart::Method),
        request(RequestPart::Path),
        request(RequestPart::Query),
        request(RequestPart::Body)
    ];
    let tag = |hash| cards(base64(one(hmac(hash, one(key()), one(join("\n", parts_of_request.clone()))))));
    // All 256 bytes, which no text can hold, come from their hexadecimal.
    let digits: String = (0..=255).map(|byte: u8| format!("{byte:02x}")).collect();
    let bytes = || one(from_hex(one(Value::Text(digits.clone().into()))));
    let selection = |slot: &str, fields: Fields| transfers(slot, selected(fields));
    let ampersand = || one(text("&"));
    let part = |part| transfers("Date", request(part));
    let of_ipv6 = |part| Case { base_url: "http://[::1]:8080/base", ..transfers("Date", request(part)) };
    let digest = |hash| cards(hex(one(Function::Digest(hash).of(vec![fields(SIGNED), key()]))));
    let old_tag = |hash| cards(hex(one(hmac(hash, one(key()), list![request(RequestPart::Body)]))));
    let plain = || one(text("{\"amount\":\"12.50\",\"to\":\"José\"}"));
    let iv = |digits| one(from_hex(one(text(digits))));
    let cipher = |function: Function, of: List<Value>| {
        let (aes, shared) = (one(credential("aes_key")), one(credential("shared_key")));
        Value::Apply(
            function,
            match function {
                Function::Encipher(CipherMode::Ecb) | Function::Decipher(CipherMode::Ecb) => {
                    [aes, of, list![], list![]]
                }
                Function::Encipher(CipherMode::Cbc) | Function::Decipher(CipherMode::Cbc) => {
                    [aes, iv("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"), of, list![]]
                }
                _ => [shared, iv("f0f1f2f3f4f5f6f7f8f9fafb"), one(text("additional")), of],
            },
        )
    };
    let encipher = |mode| cards(base64(one(cipher(Function::Encipher(mode), plain()))));
    let decipher = |mode, sealed| cards(cipher(Function::Decipher(mode), one(from_base64(one(text(sealed))))));
    let sign = |algorithm, name| {
        cards(base64(one(Function::Sign(algorithm, EcdsaForm::Jose).keyed(one(credential(name)), plain()))))
    };
    let claims = || {
        one(json(list![
            entry("iss", list![setting("country")]),
            entry("iat", list![UNIX]),
            entry("exp", list![time(TimeFormat::Unix, 0, 60)]),
            entry("jti", list![UUID]),
            entry("aud", list![array(list![list![text("https://acme.example/token")], list![literal("7")]])]),
            entry(
                "nested",
                list![json(list![
                    entry("on", list![literal("true")]),
                    entry("none", list![literal("null")]),
                    entry("text", list![text("a\"b\\c "), text("é\n")]),
                ])]
            ),
        ]))
    };
    let jose = |function, key, header: List<Value>, of| cards(apply3(function, one(credential(key)), header, of));
    let kid = || one(json(list![entry("kid", list![text("one")])]));
    let ed_dsa = |payload| Function::Jws(JwsAlgorithm::EdDsa, payload);
    let form_of = |keep, of| apply2(Function::Escape(Escape::Form), keep, of);
    let decimal = |places, number| cards(apply(Function::Decimal(places), one(text(number))));
    let spaced = || one(text("{ \"b\" : [1.0, {\"é\":\"\\u00e9 x\"}],\n\"a\" : 1E2 }"));
    match name {
        "values-then-key" => checksum(SIGNED),
        "values-in-another-order" => checksum(these(texts!["dob", "mobile_no"])),
        "values-decoded" => checksum(these(texts!["name", "memo"])),
        "pairs-by-name" => cards(hex(one(sha_256(one(pairs(BY_NAME, "&", Absent::Skip)))))),
        "hmac-sha-256" => tag(Hash::Sha256),
        "hmac-sha-384" => tag(Hash::Sha384),
        "hmac-sha-512" => tag(Hash::Sha512),
        "sha-384-of-body" => of_body(sha_384),
        "sha-512-of-body" => of_body(sha_512),
        "hex" => cards(hex(bytes())),
        "base64" => cards(base64(bytes())),
        "base64-url" => cards(base64_url(bytes())),
        "base64-mime" => cards(base64_mime(bytes())),
        "percent" => cards(apply2(Function::Escape(Escape::Percent), list![], bytes())),
        "upper" => cards(upper(list![GIVEN])),
        "lower" => cards(lower(list![text("AB-É1")])),
        "from-hex" => cards(from_hex(list![text("00fFa0")])),
        "from-base64" => cards(from_base64(list![text("AAEC\n/w==")])),
        "time-unix" => cards(UNIX),
        "time-unix-millis" => cards(UNIX_MILLIS),
        "time-rfc3339" => cards(RFC3339),
        "time-format-with-offset" => cards(time(strftime("%Y%m%d%H%M%S"), 19_800, 0)),

        "fields-of-query" => selection("signature", Fields::new(ALL).of(Of::Query).pairs().separator(ampersand())),
        "fields-of-query-encoded" => selection(
            "signature",
            Fields::new(BY_NAME)
                .of(Of::Query)
                .each(list![percent(list![NAME]), text("="), percent(list![CONTENT])])
                .separator(ampersand()),
        ),
        "fields-of-query-and-body" => selection(
            "signature",
            Fields::new(BY_NAME)
                .of(Of::QueryAndBody)
                .with(list![entry("token", list![session("token")])])
                .non_empty()
                .except(texts!["sign", "extra"])
                .pairs()
                .separator(ampersand()),
        ),
        "fields-ignoring-case" => selection("sign", Fields::new(BY_NAME).ignoring_case().separator(list![text("|")])),
        "fields-with-a-key-after-each" => {
            let fields = Fields::new(BY_NAME).non_empty().each(list![
                upper(list![NAME]),
                text("="),
                CONTENT,
                credential("secret_key")
            ]);
            transfers("sign", upper(one(hex(one(sha_1(one(selected(fields))))))))
        }
        "fields-named-in" => selection("Date", Fields::new(named_in("X-Signed")).pairs().separator(ampersand())),
        "fields-listed-with-others" => selection(
            "Date",
            Fields::new(these(texts!["token", "amount", "absent", "memo"]))
                .with(list![entry("merchant", list![setting("country")]), entry("token", list![session("token")])])
                .absent_as_empty()
                .pairs()
                .separator(ampersand()),
        ),
        "fields-between-secrets" => {
            selection("Date", Fields::new(these(texts!["amount", "memo"])).separator(list![credential("secret_key")]))
        }
        "headers-listed" => selection(
            "Signature",
            Fields::new(these(texts!["X-GCS-ServerMeta", "date", "x-gcs-clientmeta"])).of(Of::Headers).each(list![
                NAME,
                text(":"),
                CONTENT,
                text("\n")
            ]),
        ),
        "headers-by-prefix" => selection(
            "Signature",
            Fields::new(prefix("x-gcs-"))
                .of(Of::Headers)
                .each(list![NAME, text(":"), CONTENT])
                .separator(list![text("\n")]),
        ),
        "header-part" => transfers("Date", part_of_header("signature", "v1")),
        "header-absent" => transfers("Date", concat(list![text("["), sent_header_or_empty("X-None"), text("]")])),
        "query-parameter" => transfers("Date", sent_query("own")),
        "path-parameter" => transfers("Date", sent_path("id")),
        "request-target" => part(RequestPart::Target),
        "request-authority" => part(RequestPart::Authority),
        "request-url" => part(RequestPart::Url),
        "request-url-without-query" => part(RequestPart::UrlWithoutQuery),
        "request-authority-of-ipv6" => of_ipv6(RequestPart::Authority),
        "request-url-of-ipv6" => of_ipv6(RequestPart::Url),
        "query-so-far" => transfers("signature", request(RequestPart::Query)),
        "body-so-far" => transfers("sign", request(RequestPart::Body)),

        "random-alphanumeric" => cards(random(Alphabet::Alphanumeric, 40)),
        "random-hex" => cards(random(Alphabet::Hex, 20)),
        "random-bytes" => cards(random(Alphabet::Bytes, 24)),
        "uuid-v7" => cards(uuid(UuidVersion::V7, Per::Call)),
        "time-later" => cards(time(TimeFormat::Unix, 0, 60)),
        "time-earlier" => cards(time(TimeFormat::Rfc3339, 0, -3600)),
        "time-of-http" => cards(time(strftime("%a, %d %b %Y %H:%M:%S GMT"), 0, 0)),
        "time-with-millis-and-offset" => cards(time(strftime("%Y-%m-%dT%H:%M:%S.%3f%:z"), 25_200, 0)),

        "md5" => digest(Hash::Md5),
        "sha-1" => digest(Hash::Sha1),
        "hmac-md5" => old_tag(Hash::Md5),
        "hmac-sha-1" => old_tag(Hash::Sha1),
        "aes-cbc" => encipher(CipherMode::Cbc),
        "aes-ecb" => encipher(CipherMode::Ecb),
        "aes-gcm" => encipher(CipherMode::Gcm),
        "decrypt-aes-cbc" => decipher(CipherMode::Cbc, include_str!("../../vectors/decrypt-aes-cbc/1-base64")),
        "decrypt-aes-ecb" => decipher(CipherMode::Ecb, include_str!("../../vectors/decrypt-aes-ecb/1-base64")),
        "decrypt-aes-gcm" => decipher(CipherMode::Gcm, include_str!("../../vectors/decrypt-aes-gcm/1-base64")),
        "sign-rsa-pkcs1-v1-5-sha-256" => sign(SignatureAlgorithm::RsaPkcs1V15Sha256, "rsa"),
        "sign-rsa-pkcs1-v1-5-sha-512" => sign(SignatureAlgorithm::RsaPkcs1V15Sha512, "rsa"),
        "sign-ed25519" => sign(SignatureAlgorithm::Ed25519, "ed25519"),

        "jwt-hs256" => jose(Function::Jws(JwsAlgorithm::Hs256, Payload::Claims), "shared_key", list![], claims()),
        "jwt-rs256" => jose(Function::Jws(JwsAlgorithm::Rs256, Payload::Claims), "rsa", kid(), claims()),
        "jws-eddsa" => jose(ed_dsa(Payload::Bytes), "ed25519", list![], plain()),
        "jws-detached" => jose(ed_dsa(Payload::Detached), "ed25519", kid(), plain()),
        "jws-unencoded" => jose(ed_dsa(Payload::DetachedUnencoded), "ed25519", list![], plain()),
        "jws-unencoded-with-crit" => {
            let header = json(list![
                entry("iat", list![UNIX]),
                entry("crit", list![array(list![list![text("b64")], list![text("iat")]])]),
            ]);
            jose(ed_dsa(Payload::DetachedUnencoded), "ed25519", one(header), plain())
        }
        "jwe-dir-a256gcm" => {
            jose(Function::Jwe(JweAlgorithm::Dir, JweEncryption::A256Gcm), "shared_key", kid(), plain())
        }
        "jwe-a128kw-a128cbc-hs256" => {
            jose(Function::Jwe(JweAlgorithm::A128Kw, JweEncryption::A128CbcHs256), "aes_key", list![], plain())
        }
        "decrypt-jwe" => {
            let sealed = text(include_str!("../../vectors/decrypt-jwe/1-jwe"));
            let open = Function::DecryptJwe(JweAlgorithm::Dir, JweEncryption::A256Gcm);
            cards(open.keyed(one(credential("shared_key")), one(sealed)))
        }
        "public-jwk" => cards(public("ed25519", PublicForm::Jwk)),
        "public-thumbprint" => cards(base64_url(list![public("rsa", PublicForm::Thumbprint)])),
        "public-certificate" => cards(base64(list![public("certificate", PublicForm::Der)])),
        "public-certificate-sha-256" => cards(hex(list![public("client", PublicForm::Sha256)])),
        "public-der" => cards(base64(list![public("p256", PublicForm::Der)])),

        "without" => cards(apply2(Function::Without, list![text(",.")], list![text("1,234.50")])),
        "after" => cards(apply2(Function::After, list![text("whsec_")], list![text("whsec_AAEC")])),
        "after-what-is-not-there" => cards(apply2(Function::After, list![text("whsec_")], list![text("AAEC")])),
        "trim" => cards(trim(list![text(" \t a  b\r\n")])),
        "percent-keep" => cards(apply2(Function::Escape(Escape::Percent), list![text("/:")], bytes())),
        "form" => cards(form_of(list![], bytes())),
        "form-keep" => cards(form_of(list![text("~/")], bytes())),
        "decimal" => decimal(2, "20.1"),
        "decimal-without-places" => decimal(0, "20.000"),
        "base64-url-padded" => cards(base64_url_padded(bytes())),
        "json" => cards(json(list![
            entry("amount", list![literal("12.5")]),
            entry("at", list![UNIX]),
            entry("to", list![json(list![entry("name", list![text("é"), text("\"\n")])])]),
            entry("list", list![array(list![list![text("a")], list![array(list![])]])]),
        ])),
        "json-minify" => cards(json_minify(spaced())),
        "json-canonical" => cards(json_canonical(spaced())),
        "parts" => cards(parts(list![entry("t", list![UNIX]), entry("v1", list![text("6f")])], ";", "=")),
        "envelope" => {
            let value = json(list![entry("data", list![base64(list![GIVEN])])]);
            let Case { received, .. } = transfers("Date", CONTENT);
            let operation = of_form(vec![envelope(one(value.clone()))]);
            let call = call().body(*received.unwrap().body());
            Case { operation, received: None, call, base_url: "https://acme.example", slot: 0, value }
        }
        other => panic!("the vector {other} has no expression"),
    }
}

#[test]
fn every_stage_of_every_vector_is_that_of_another_program() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors");
    let mut vectors: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    vectors.retain(|vector| vector.join("command").exists());
    vectors.sort();
    let mut wrong = Vec::new();
    for vector in &vectors {
        let name = vector.file_name().and_then(|name| name.to_str()).unwrap();
        let stages = case_of(name).stages();
        let mut files: Vec<_> = fs::read_dir(vector).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.retain(|path| !path.ends_with("command"));
        files.sort();
        assert_eq!(files.len(), stages.len(), "{name}: every stage has a file");
        for (file, stage) in files.iter().zip(&stages) {
            let expected = fs::read(file).unwrap();
            if expected != *stage {
                let (file, expected, stage) = (file.display(), expected.escape_ascii(), stage.escape_ascii());
                wrong.push(format!("{file} differs, see {name}/command\n  it is {stage}\n  not   {expected}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(vectors.len(), 94, "a vector has come or gone: give it an expression above");
}
