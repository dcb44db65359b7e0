use countersign::plan::words::*;
use countersign::plan::*;

const HEADER_AUTHORIZATION: Slot = header("Authorization").required().secret()
    .filled(list![text("Bearer "), session("access")]);
// {upper: {hex: {hmac-sha-256: {key: {credential: secret_key}, of: {join: {with: "\n", of: [{request: method}, [{request: path}, "?", {request: query}], {time: "%Y%m%d"}]}}}}}}
const HEADER_X_SIGNATURE: Slot = header("X-Signature").required().secret()
    .filled(list![upper(list![hex(list![hmac(
        Hash::Sha256,
        list![credential("secret_key")],
        list![join(
            "\n",
            list![
                request(RequestPart::Method),
                concat(list![request(RequestPart::Path), text("?"), request(RequestPart::Query)]),
                time(strftime("%Y%m%d"), 0, 0),
            ],
        )],
    )])])]);
const OUTCOME: Outcome = outcome(DecidedBy::Body)
    .success(list![holds_if_there("/status", texts!["ok", "200"]), absent("/code")]).code(texts!["/code"])
    .message(texts!["/message"]).request_id(list![in_body("/id"), response_header("X-Request-Id")])
    .kinds(list![kind("4005", Kind::NotFound)]);

/// What the document says about authenticating, signing, classifying and retrying.
pub static PLAN: Plan = plan("bank", "Bank")
    .credentials(list![
        Credential::text("client_id", "Names the caller."),
        Credential::text("secret_key", "Signs requests."),
        Credential::of(CredentialKind::RsaPublicKey, "pin_key", "Encrypts PINs."),
    ])
    .settings(list![Setting::new("country", "Two letters of ISO 3166.").default("MX")])
    .servers(list![
        Server::new("sandbox", "https://sandbox.example.com/api", "The sandbox."),
        Server::new("production", "https://api.example.com/api", "Production."),
    ])
    .session(
        Session::issued_by("log_in", list![SessionValue::new("access", "/data/access", "The access token.")])
            .renewed_by("renew")
            .expires(list![
                jwt("access"),
                seconds("/data/lifetime"),
                at("/data/until", "%Y-%m-%d %H:%M:%S", 19800),
                after(86400),
            ])
            .early(120).refused(list![401], texts!["4001"]),
    )
    .operations(list![
        operation("log_in", "POST", "/token")
            .slots(list![
                // ["Basic ", {base64: [{credential: client_id}, ":", {credential: secret_key}]}]
                header("Authorization").required().secret()
                    .filled(list![
                        text("Basic "),
                        base64(list![credential("client_id"), text(":"), credential("secret_key")]),
                    ]),
                field("/grant_type").required().filled(list![text("client_credentials")]),
                // {time: unix}
                field("/issued_at").literal().filled(list![UNIX]).rules(list![INTEGER]),
            ])
            .form().order(list![0, 1, 2]).outcome(OUTCOME),
        operation("renew", "POST", "/renewals").slots(list![HEADER_AUTHORIZATION, HEADER_X_SIGNATURE])
            .order(list![0, 1]).outcome(OUTCOME),
        operation("set_pin", "PUT", "/cards/{card_id}/pin")
            .slots(list![
                HEADER_AUTHORIZATION,
                HEADER_X_SIGNATURE,
                header("X-Country").required().filled(list![setting("country")]),
                path("card_id").sensitive().rules(list![max_length(12)]),
                query("notify").rules(list![BOOLEAN]),
                // {uuid: v4}
                header("X-Trace").required().filled(list![UUID]),
                field("/reference").required()
                    .rules(list![
                        TEXT,
                        min_length(1),
                        max_length(20),
                        runs("^[a-z0-9-]+$", list![run("--09az", 1, u32::MAX)]),
                    ]),
                field("/card").required().sensitive().rules(list![OBJECT]),
                field("/card/number").required().sensitive(),
                field("/card/issued_on").sensitive().rules(list![DATE]),
                field("/card/uses").sensitive().literal().rules(list![INTEGER]),
                field("/card/active").sensitive().literal().rules(list![BOOLEAN]),
                field("/card/score").sensitive().literal().rules(list![NUMBER]),
                // {base64-mime: {rsa-pkcs1-v1-5: {key: {credential: pin_key}, of: {given: true}}}}
                field("/pin").required().secret()
                    .filled(list![base64_mime(list![rsa(Padding::Pkcs1V15, list![credential("pin_key")], list![GIVEN])])])
                    .rules(list![runs("^[0-9]{4}$", list![run("09", 4, 4)])]),
                // {base64-mime: {rsa-pkcs1-v1-5: {key: {credential: pin_key}, of: {given: true}}}}
                field("/confirmation").required().secret()
                    .filled(list![base64_mime(list![rsa(Padding::Pkcs1V15, list![credential("pin_key")], list![GIVEN])])])
                    .rules(list![equal_to("pin")]),
                field("/reason").rules(list![TEXT, one_of(texts!["lost", "forgotten"])]),
                field("/labels").sensitive().rules(list![ARRAY, each(list![TEXT])]),
                // {hex: {sha-256: [{fields: signed, separator: "|"}, {header: X-Trace}, {credential: secret_key}]}}
                field("/mac").required().secret()
                    .filled(list![hex(list![sha_256(list![
                        selected(Fields::new(SIGNED).separator(list![text("|")])),
                        sent_header("X-Trace"),
                        credential("secret_key"),
                    ])])]),
            ])
            .json().signed(texts!["/card/number", "reference"]).order(list![0, 1, 2, 5, 13, 14, 17])
            .outcome(
                outcome(DecidedBy::StatusAndBody).success(list![present(texts!["/result"])])
                    .request_id(list![request_header("X-Trace")]),
            )
            .safe(),
        operation("ping", "GET", "/ping").empty(),
    ]);
