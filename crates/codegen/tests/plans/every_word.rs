use countersign::plan::words::*;
use countersign::plan::*;

const HEADER_X_CLIENT: Slot = header("X-Client").required().secret().filled(list![credential("client")]);
const QUERY_DATE: Slot = query("date");
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
        Credential::rsa_public_key("key", "A key whose description is long enough that it is on a line of its own."),
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
                path("b"),
                query("x-request-header-date").literal().rules(list![]),
                query("é").sensitive(),
                // {time: rfc3339}
                header("Date").filled(list![RFC3339]),
                // [{time: unix}, {time: unix-millis}, {time: "%Y-%m-%d", offset: "-01:00"}, {uuid: v4}]
                header("X-Time").filled(list![UNIX, UNIX_MILLIS, time("%Y-%m-%d", -3600), UUID]),
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
                        fields_with(BY_NAME, FieldForm::Pairs, "&", Absent::Empty),
                        fields_with(SIGNED, FieldForm::Values, "", Absent::Empty),
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
                    .rules(list![pattern("^[0-9]+$")]),
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
                        pattern("^[a-z\"\\\\]{1,3}$"),
                        one_of(texts!["a", "b\n", "é\u{202e}"]),
                        each(list![TEXT, each(list![INTEGER])]),
                        values(list![members(list![member("a", list![TEXT]), required_member("b", list![])])]),
                    ]),
            ])
            .json().signed(texts!["x", "/a/pin"]).order(list![0, 4, 5, 6, 7, 8, 9, 10, 12, 13, 15]).outcome(OUTCOME)
            .safe(),
        operation("second", "PUT", "/b").slots(list![HEADER_X_CLIENT, QUERY_DATE]).form().outcome(OUTCOME).empty(),
        operation("third", "GET", "/c").slots(list![HEADER_X_CLIENT, query("Date"), QUERY_DATE]).order(list![0]),
    ]);
