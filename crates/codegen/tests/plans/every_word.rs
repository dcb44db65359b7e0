use countersign::plan::words::*;
use countersign::plan::*;

const HEADER_X_CLIENT: Slot = header("X-Client").required().secret().filled(list![credential("client")]);
const QUERY_DATE: Slot = query("date");
const PATH_B: Slot = path("b");
const OUTCOME: Outcome = outcome(DecidedBy::Body)
    .success(list![
        holds("/status", texts!["200", "201"]),
        holds_if_there("/inner/status", texts!["00"]),
        absent("/error"),
        present(texts!["/a", "/b"]),
    ])
    .code(texts!["/code"]).message(texts!["/message"])
    .request_id(list![in_body("/id"), response_header("X-Id"), request_header("X-Trace")])
    .kinds(list![kind("1", Kind::Declined), kind("2", Kind::Pending), kind("\"3\"", Kind::RateLimited)]);

/// What the document says about authenticating, signing, classifying and retrying.
pub static PLAN: Plan = plan("every", "Every \"word\"\n")
    .credentials(list![
        Credential::text("client", "A client."),
        Credential::of(
            CredentialKind::RsaPublicKey, "key",
            "A key whose description is long enough that it is on a line of its own.",
        ),
        Credential::of(CredentialKind::ClientCertificate, "certificate", "Short."),
    ])
    .settings(list![Setting::new("s", "One."), Setting::new("t", "Two.").default("")])
    .servers(list![Server::new("live", "https://example.com", "Live.")])
    .session(
        Session::issued_by("first", list![SessionValue::new("v", "/v", "A value.")]).renewed_by("second")
            .expires(list![jwt("v"), seconds("/s"), at("/t", "%s", 3600), after(60)]).early(5)
            .refused(list![401, 403], texts!["9"]),
    )
    .operations(list![
        operation("first", "POST", "/a/{b}")
            .slots(list![
                HEADER_X_CLIENT,
                PATH_B,
                query("x-request-header-date").literal().rules(list![]),
                query("é").sensitive(),
                // {time: rfc3339}
                header("Date").filled(list![RFC3339]),
                // [{time: unix}, {time: unix-millis}, {time: "%Y-%m-%d", offset: "-01:00"}, {uuid: v4}]
                header("X-Time").filled(list![UNIX, UNIX_MILLIS, time(strftime("%Y-%m-%d"), -3600, 0), UUID]),
                // [{request: method}, {request: path}, {request: operation-path}, {request: query}, {request: body}]
                header("X-Parts")
                    .filled(list![
                        request(RequestPart::Method),
                        request(RequestPart::Path),
                        request(RequestPart::OperationPath),
                        request(RequestPart::Query),
                        request(RequestPart::Body),
                    ]),
                // [{header: Date}, {field: /a/b}, {fields: signed}, {fields: [x, "y"]}, {fields: by-name, as: pairs, separator: "&", absent: empty}, {fields: signed, absent: empty}]
                header("X-Read")
                    .filled(list![
                        sent_header("Date"),
                        sent_field("/a/b"),
                        fields(SIGNED),
                        fields(these(texts!["x", "y"])),
                        selected(Fields::new(BY_NAME).absent_as_empty().pairs().separator(list![text("&")])),
                        selected(Fields::new(SIGNED).absent_as_empty()),
                    ]),
                // {join: {with: "\n", of: [a, [{setting: s}, {session: v}]]}}
                header("X-Joined")
                    .filled(list![join("\n", list![text("a"), concat(list![setting("s"), session("v")])])]),
                // [{sha-256: a}, {sha-384: a}, {sha-512: a}, {hmac-sha-256: {key: {credential: key}, of: a}}, {hmac-sha-512: {key: k, of: a}}]
                header("X-Hashed")
                    .filled(list![
                        sha_256(list![text("a")]),
                        sha_384(list![text("a")]),
                        sha_512(list![text("a")]),
                        hmac(Hash::Sha256, list![credential("key")], list![text("a")]),
                        hmac(Hash::Sha512, list![text("k")], list![text("a")]),
                    ]),
                // [{hex: a}, {base64: a}, {base64-url: a}, {base64-mime: a}, {from-hex: a}, {from-base64: a}, {upper: a}, {lower: a}, {percent: a}]
                header("X-Encoded")
                    .filled(list![
                        hex(list![text("a")]),
                        base64(list![text("a")]),
                        base64_url(list![text("a")]),
                        base64_mime(list![text("a")]),
                        from_hex(list![text("a")]),
                        from_base64(list![text("a")]),
                        upper(list![text("a")]),
                        lower(list![text("a")]),
                        percent(list![text("a")]),
                    ]),
                field("/a").rules(list![OBJECT]),
                // {rsa-oaep-sha-256: {key: {credential: key}, of: {given: true}}}
                field("/a/pin").required().secret()
                    .filled(list![rsa(Padding::OaepSha256, list![credential("key")], list![GIVEN])])
                    .rules(list![runs("^[0-9]+$", list![run("09", 1, u32::MAX)])]),
                // {rsa-pkcs1-v1-5: {key: {credential: key}, of: {given: true}}}
                field("/a/old").filled(list![rsa(Padding::Pkcs1V15, list![credential("key")], list![GIVEN])]),
                field("/internal").internal().rules(list![OBJECT]),
                field("/internal/flag").literal().filled(list![text("true")]),
                field("/x")
                    .rules(list![
                        NULLABLE,
                        TEXT,
                        INTEGER,
                        INT_32,
                        INT_64,
                        NUMBER,
                        BOOLEAN,
                        DATE,
                        ARRAY,
                        OBJECT,
                        UNIQUE_ITEMS,
                        min_length(1),
                        max_length(2),
                        min_items(3),
                        max_items(4),
                        minimum("1.5"),
                        maximum("2.5"),
                        above("0"),
                        below("3"),
                        multiple_of("0.5"),
                        equal_to("other"),
                        runs("^[a-z\"\\\\]{1,3}$", list![run("\"\"\\\\az", 1, 3)]),
                        pattern("^(a|bc)+$"),
                        one_of(texts!["a", "b\n", "é\u{202e}"]),
                        literals(texts!["1", "-0.5", "true"]),
                        each(list![TEXT, each(list![INTEGER, again(2)])]),
                        values(list![members(list![member("a", list![TEXT]), required_member("b", list![])])]),
                        alternatives(any_of(list![
                            branch("One", texts![], list![TEXT]),
                            branch("Two", texts![], list![INTEGER]),
                        ])),
                    ]),
            ])
            .json().signed(texts!["x", "/a/pin"]).order(list![0, 4, 5, 6, 7, 8, 9, 10, 12, 13, 15]).outcome(OUTCOME)
            .safe(),
        operation("second", "PUT", "/b").slots(list![HEADER_X_CLIENT, QUERY_DATE]).form().outcome(OUTCOME).empty(),
        operation("third", "GET", "/c").slots(list![HEADER_X_CLIENT, query("Date"), QUERY_DATE]).order(list![0]),
        operation("fourth", "POST", "/d/{b}")
            .slots(list![
                // {random: {of: hex, length: 32}}
                value("nonce", list![random(Alphabet::Hex, 32)]).secret().per_call(),
                // [{value: nonce}, {uuid: v7, per: call}]
                header("X-Made").filled(list![made("nonce"), uuid(UuidVersion::V7, Per::Call)]),
                // [{time: unix, plus: 60s}, {time: unix-millis, plus: -60s}, {time: rfc3339, offset: "+01:00"}, {time: "%s", plus: 300s}]
                header("X-Times")
                    .filled(list![
                        time(TimeFormat::Unix, 0, 60),
                        time(TimeFormat::UnixMillis, 0, -60),
                        time(TimeFormat::Rfc3339, 3600, 0),
                        time(strftime("%s"), 0, 300),
                    ]),
                // [{header: Date, absent: empty}, {header: Date, part: t}, {header: Date, absent: empty, part: t}, {query: page}, {path: b}]
                header("X-Of-Headers")
                    .filled(list![
                        sent_header_or_empty("Date"),
                        part_of_header("Date", "t"),
                        part_of_header_or_empty("Date", "t"),
                        sent_query("page"),
                        sent_path("b"),
                    ]),
                // [{json: {one: {credential: key}, list: [1, a], none: []}}, {parts: {t: a}}]
                header("X-Objects")
                    .filled(list![
                        json(list![
                            entry("one", list![credential("key")]),
                            entry("list", list![array(list![list![literal("1")], list![text("a")]])]),
                            entry("none", list![array(list![])]),
                        ]),
                        parts(list![entry("t", list![text("a")])], ",", "="),
                    ]),
                // [{fields: all, of: [query, body], with: {key: {credential: key}}, where: non-empty, except: [sign, sign_type], as: [{name: true}, "=", {value: true}], separator: ["&", {credential: key}]}, {headers: {prefix: x-}, order: ignore-case, as: pairs}, {fields: {named-in: names}, of: query}]
                header("X-Selections")
                    .filled(list![
                        selected(
                            Fields::new(ALL).of(Of::QueryAndBody).with(list![entry("key", list![credential("key")])])
                                .except(texts!["sign", "sign_type"]).non_empty().each(list![NAME, text("="), CONTENT])
                                .separator(list![text("&"), credential("key")]),
                        ),
                        selected(Fields::new(prefix("x-")).of(Of::Headers).ignoring_case().pairs()),
                        selected(Fields::new(named_in("names")).of(Of::Query)),
                    ]),
                // [{md5: a}, {sha-1: a}, {hmac-md5: {key: {credential: key}, of: a}}, {base64-url: a, padding: true}, {trim: a}, {json-minify: a}, {json-canonical: a}, {percent: a, keep: /}, {form: a}, {without: {characters: ".,", of: a}}, {after: {prefix: "v1=", of: a}}, {decimal: {places: 2, of: a}}]
                header("X-Old")
                    .filled(list![
                        md5(list![text("a")]),
                        sha_1(list![text("a")]),
                        hmac(Hash::Md5, list![credential("key")], list![text("a")]),
                        base64_url_padded(list![text("a")]),
                        trim(list![text("a")]),
                        json_minify(list![text("a")]),
                        json_canonical(list![text("a")]),
                        apply2(Function::Escape(Escape::Percent), list![text("/")], list![text("a")]),
                        apply2(Function::Escape(Escape::Form), list![], list![text("a")]),
                        apply2(Function::Without, list![text(".,")], list![text("a")]),
                        apply2(Function::After, list![text("v1=")], list![text("a")]),
                        apply(Function::Decimal(2), list![text("a")]),
                    ]),
                // [{sign: {by: ecdsa-p256-sha-256, form: der, key: {credential: key}, of: a}}, {jws: {algorithm: PS256, detached: true, b64: false, key: {credential: key}, of: a}}, {jwe: {algorithm: ECDH-ES, encryption: A256GCM, key: {credential: key}, of: a}}, {decrypt: {jwe: {algorithm: dir, encryption: A128CBC-HS256, key: {credential: key}, of: a}}}, {aes-ecb: {key: {credential: key}, of: a}}, {decrypt: {aes-cbc: {key: {credential: key}, iv: a, of: a}}}, {aes-gcm: {key: {credential: key}, nonce: a, of: a}}]
                header("X-Signatures")
                    .filled(list![
                        apply2(
                            Function::Sign(SignatureAlgorithm::EcdsaP256Sha256, EcdsaForm::Der),
                            list![credential("key")],
                            list![text("a")],
                        ),
                        apply3(
                            Function::Jws(JwsAlgorithm::Ps256, Payload::DetachedUnencoded),
                            list![credential("key")],
                            list![],
                            list![text("a")],
                        ),
                        apply3(
                            Function::Jwe(JweAlgorithm::EcdhEs, JweEncryption::A256Gcm),
                            list![credential("key")],
                            list![],
                            list![text("a")],
                        ),
                        apply2(
                            Function::DecryptJwe(JweAlgorithm::Dir, JweEncryption::A128CbcHs256),
                            list![credential("key")],
                            list![text("a")],
                        ),
                        apply2(Function::Encipher(CipherMode::Ecb), list![credential("key")], list![text("a")]),
                        apply3(
                            Function::Decipher(CipherMode::Cbc),
                            list![credential("key")],
                            list![text("a")],
                            list![text("a")],
                        ),
                        apply4(
                            Function::Encipher(CipherMode::Gcm),
                            list![credential("key")],
                            list![text("a")],
                            list![],
                            list![text("a")],
                        ),
                    ]),
                // {public: {credential: key, as: thumbprint}}
                header("X-Public").filled(list![public("key", PublicForm::Thumbprint)]),
                PATH_B,
                // {json: {sealed: {given: true}}}
                envelope(list![json(list![entry("sealed", list![GIVEN])])]),
            ])
            .json().sent_as("application/jose")
            .one_of(any_by("kind", list![branch("One", texts!["1", "one"], list![OBJECT])]))
            .at(texts!["https://one.example", "https://two.example"]).mutual_tls("certificate"),
        operation("fifth", "GET", "/e").paging(cursor("/page/token", at_pointer("/next")).items("/items")),
        operation("fifth", "GET", "/e").paging(cursor("token", at_header("X-Next")).more(at_pointer("/more"))),
        operation("fifth", "GET", "/e").paging(cursor_of_last_item("after", "/id").items("/items").size("limit")),
        operation("fifth", "GET", "/e").paging(page_number("page", 0).total(at_pointer("/total")).size_or("limit", 20)),
        operation("fifth", "GET", "/e").paging(page_number("page", 1).pages(at_pointer("/pages"))),
        operation("fifth", "GET", "/e").paging(offset("skip")),
        operation("fifth", "GET", "/e").paging(link()),
    ]);
