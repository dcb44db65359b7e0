//! The plan that is printed is the plan that was lowered.
//!
//! The printed plans are compiled into this test. Set `UPDATE=1` to write them anew; review what changed.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use countersign_codegen::plan::source;
use countersign_plan::words::*;
use countersign_plan::{
    Alphabet, CipherMode, Constraint, Credential, CredentialKind, DecidedBy, EcdsaForm, Escape, Fields, Function, Hash,
    JweAlgorithm, JweEncryption, JwsAlgorithm, Kind, List, Of, Padding, Payload, Per, Plan, PublicForm, RequestPart,
    Server, Session, SessionValue, Setting, SignatureAlgorithm, Slot, Text, TimeFormat, UuidVersion, Value, list,
    texts,
};

macro_rules! printed {
    ($($name:ident)*) => {
        $(
            #[allow(unused_imports)]
            mod $name {
                mod countersign {
                    pub(super) use countersign_plan as plan;
                }

                include!(concat!("plans/", stringify!($name), ".rs"));
            }
        )*
    };
}

printed! { bank every_word nothing }

/// Everything that expressions can say beside what the other operations have in theirs.
fn every_value() -> Vec<Slot> {
    const KEY: List<Value> = list![credential("key")];
    const TEXT: List<Value> = list![text("a")];
    let objects = json(list![
        entry("one", KEY),
        entry("list", list![array(list![list![literal("1")], TEXT])]),
        entry("none", list![array(list![])]),
    ]);
    let selections: List<Value> = list![
        selected(
            Fields::new(ALL)
                .of(Of::QueryAndBody)
                .with(list![entry("key", KEY)])
                .except(texts!["sign", "sign_type"])
                .non_empty()
                .each(list![NAME, text("="), CONTENT])
                .separator(list![text("&"), credential("key")]),
        ),
        selected(Fields::new(prefix("x-")).of(Of::Headers).ignoring_case().pairs()),
        selected(Fields::new(named_in("names")).of(Of::Query)),
    ];
    let old: List<Value> = list![
        md5(TEXT),
        sha_1(TEXT),
        hmac(Hash::Md5, KEY, TEXT),
        base64_url_padded(TEXT),
        trim(TEXT),
        json_minify(TEXT),
        json_canonical(TEXT),
        apply2(Function::Escape(Escape::Percent), list![text("/")], TEXT),
        apply2(Function::Escape(Escape::Form), list![], TEXT),
        apply2(Function::Without, list![text(".,")], TEXT),
        apply2(Function::After, list![text("v1=")], TEXT),
        apply(Function::Decimal(2), TEXT),
    ];
    let signatures: List<Value> = list![
        apply2(Function::Sign(SignatureAlgorithm::EcdsaP256Sha256, EcdsaForm::Der), KEY, TEXT),
        apply3(Function::Jws(JwsAlgorithm::Ps256, Payload::DetachedUnencoded), KEY, list![], TEXT),
        apply3(Function::Jwe(JweAlgorithm::EcdhEs, JweEncryption::A256Gcm), KEY, list![], TEXT),
        apply2(Function::DecryptJwe(JweAlgorithm::Dir, JweEncryption::A128CbcHs256), KEY, TEXT),
        apply2(Function::Encipher(CipherMode::Ecb), KEY, TEXT),
        apply3(Function::Decipher(CipherMode::Cbc), KEY, TEXT, TEXT),
        apply4(Function::Encipher(CipherMode::Gcm), KEY, TEXT, list![], TEXT),
    ];
    vec![
        value("nonce", list![random(Alphabet::Hex, 32)]).secret().per_call(),
        header("X-Made").filled(list![made("nonce"), uuid(UuidVersion::V7, Per::Call)]),
        header("X-Times").filled(list![
            time(TimeFormat::Unix, 0, 60),
            time(TimeFormat::UnixMillis, 0, -60),
            time(TimeFormat::Rfc3339, 3600, 0),
            time(strftime("%s"), 0, 300),
        ]),
        header("X-Of-Headers").filled(list![
            sent_header_or_empty("Date"),
            part_of_header("Date", "t"),
            part_of_header_or_empty("Date", "t"),
            sent_query("page"),
            sent_path("b"),
        ]),
        header("X-Objects").filled(vec![objects, parts(list![entry("t", TEXT)], ",", "=")].into()),
        header("X-Selections").filled(selections),
        header("X-Old").filled(old),
        header("X-Signatures").filled(signatures),
        header("X-Public").filled(list![public("key", PublicForm::Thumbprint)]),
        path("b"),
        envelope(list![json(list![entry("sealed", list![GIVEN])])]),
    ]
}

/// Everything that a plan can say.
fn every_word() -> Plan {
    const SHARED: Slot = header("X-Client").required().secret().filled(list![credential("client")]);
    let outcome_of_both = outcome(DecidedBy::Body)
        .success(list![
            holds("/status", texts!["200", "201"]),
            holds_if_there("/inner/status", texts!["00"]),
            absent("/error"),
            present(texts!["/a", "/b"]),
        ])
        .code(texts!["/code"])
        .message(texts!["/message"])
        .request_id(list![in_body("/id"), response_header("X-Id"), request_header("X-Trace")])
        .kinds(list![kind("1", Kind::Declined), kind("2", Kind::Pending), kind("\"3\"", Kind::RateLimited)]);
    const RULES: List<Constraint> = list![
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
        pattern("^(a|bc)+$"),
        one_of(texts!["a", "b\n", "é\u{202e}"]),
        literals(texts!["1", "-0.5", "true"]),
        each(list![TEXT, each(list![INTEGER, again(2)])]),
        values(list![members(list![member("a", list![TEXT]), required_member("b", list![])])]),
        alternatives(any_of(list![branch("One", list![], list![TEXT]), branch("Two", list![], list![INTEGER])])),
    ];
    let one = operation("first", "POST", "/a/{b}")
        .slots(list![
            SHARED,
            path("b"),
            query("x-request-header-date").literal().rules(list![]),
            query("é").sensitive(),
            header("Date").filled(list![RFC3339]),
            header("X-Time").filled(list![UNIX, UNIX_MILLIS, time(strftime("%Y-%m-%d"), -3600, 0), UUID]),
            header("X-Parts").filled(list![
                request(RequestPart::Method),
                request(RequestPart::Path),
                request(RequestPart::OperationPath),
                request(RequestPart::Query),
                request(RequestPart::Body),
            ]),
            header("X-Read").filled(list![
                sent_header("Date"),
                sent_field("/a/b"),
                fields(SIGNED),
                fields(these(texts!["x", "y"])),
                selected(Fields::new(BY_NAME).absent_as_empty().pairs().separator(list![text("&")])),
                selected(Fields::new(SIGNED).absent_as_empty()),
            ]),
            header("X-Joined").filled(list![join("\n", list![text("a"), concat(list![setting("s"), session("v")])])]),
            header("X-Hashed").filled(list![
                sha_256(list![text("a")]),
                sha_384(list![text("a")]),
                sha_512(list![text("a")]),
                hmac(Hash::Sha256, list![credential("key")], list![text("a")]),
                hmac(Hash::Sha512, list![text("k")], list![text("a")]),
            ]),
            header("X-Encoded").filled(list![
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
            field("/a/pin")
                .required()
                .secret()
                .filled(list![rsa(Padding::OaepSha256, list![credential("key")], list![GIVEN])])
                .rules(list![pattern("^[0-9]+$")]),
            field("/a/old").filled(list![rsa(Padding::Pkcs1V15, list![credential("key")], list![GIVEN])]),
            field("/internal").internal().rules(list![OBJECT]),
            field("/internal/flag").literal().filled(list![text("true")]),
            field("/x").rules(RULES),
        ])
        .json()
        .signed(texts!["x", "/a/pin"])
        .order(list![0, 4, 5, 6, 7, 8, 9, 10, 12, 13, 15])
        .outcome(outcome_of_both.clone())
        .safe();
    let two =
        operation("second", "PUT", "/b").slots(list![SHARED, query("date")]).form().outcome(outcome_of_both).empty();
    let three = operation("third", "GET", "/c").slots(list![SHARED, query("Date"), query("date")]).order(list![0]);
    let mut plan = plan("every", "Every \"word\"\n")
        .credentials(list![
            Credential::text("client", "A client."),
            Credential::of(
                CredentialKind::RsaPublicKey,
                "key",
                "A key whose description is long enough that it is on a line of its own."
            ),
            Credential::of(CredentialKind::ClientCertificate, "certificate", "Short."),
        ])
        .settings(list![Setting::new("s", "One."), Setting::new("t", "Two.").default("")])
        .servers(list![Server::new("live", "https://example.com", "Live.")])
        .session(
            Session::issued_by("first", list![SessionValue::new("v", "/v", "A value.")])
                .renewed_by("second")
                .expires(list![jwt("v"), seconds("/s"), at("/t", "%s", 3600), after(60)])
                .early(5)
                .refused(list![401, 403], texts!["9"]),
        );
    let mut four = operation("fourth", "POST", "/d/{b}").json().sent_as("application/jose").mutual_tls("certificate");
    four = four.at(texts!["https://one.example", "https://two.example"]);
    four.slots = every_value().into();
    four.alternatives = Some(any_by("kind", list![branch("One", texts!["1", "one"], list![OBJECT])]));
    let lists = [
        cursor("/page/token", at_pointer("/next")).items("/items"),
        cursor("token", at_header("X-Next")).more(at_pointer("/more")),
        cursor_of_last_item("after", "/id").items("/items").size("limit"),
        page_number("page", 0).total(at_pointer("/total")).size_or("limit", 20),
        page_number("page", 1).pages(at_pointer("/pages")),
        offset("skip"),
        link(),
    ];
    let fifth = |paging| operation("fifth", "GET", "/e").paging(paging);
    plan.operations = [one, two, three, four].into_iter().chain(lists.map(fifth)).collect();
    plan
}

fn bank() -> Plan {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/tests/data/bank.yaml");
    countersign_spec::read_file(&path).unwrap().plan().clone()
}

#[track_caller]
fn is_printed(name: &str, plan: &Plan, printed: &str, compiled: &Plan) {
    let source = source(plan);
    if std::env::var_os("UPDATE").is_some() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plans").join(format!("{name}.rs"));
        fs::write(path, source).unwrap();
        return;
    }
    assert!(source == printed, "the plan of {name} is printed otherwise; UPDATE=1 writes it anew\n{source}");
    assert_eq!(compiled, plan);
}

#[test]
fn what_is_printed_is_what_was_lowered() {
    is_printed("every_word", &every_word(), include_str!("plans/every_word.rs"), &every_word::PLAN);
    is_printed("bank", &bank(), include_str!("plans/bank.rs"), &bank::PLAN);
    is_printed("nothing", &plan("nothing", "Nothing"), include_str!("plans/nothing.rs"), &nothing::PLAN);
}

#[test]
fn no_line_is_longer_than_need_be() {
    for (line, text) in include_str!("plans/every_word.rs").lines().enumerate() {
        assert!(text.chars().count() <= 120 || text.trim_start().starts_with("//"), "line {}: {text}", line + 1);
    }
}

#[test]
fn what_is_shared_is_written_once() {
    let printed = include_str!("plans/every_word.rs");
    assert_eq!(printed.matches("credential(\"client\")").count(), 1);
    assert_eq!(printed.matches("outcome(DecidedBy::Body)").count(), 1);
    // A header's name may be a word, or differ from another in case alone.
    assert!(printed.contains("const QUERY_DATE: Slot = query(\"date\");"), "{printed}");
}

#[test]
fn a_text_is_printed_as_it_is() {
    let odd: Text = "\u{0}\t\\ \"' {} é \u{2028}\u{202e}".into();
    let mut odd_plan = plan("odd", "Odd");
    odd_plan.title = odd.clone();
    let printed = source(&odd_plan);
    let (_, literal) = printed.rsplit_once(", ").unwrap();
    let literal: syn::LitStr = syn::parse_str(literal.trim_end_matches(");\n")).unwrap();
    assert_eq!(literal.value(), odd);
}

/// The compiler takes no mark of direction in a comment.
#[test]
fn a_comment_has_no_character_that_changes_what_is_read() {
    let slot = header("X-Odd").filled(list![UUID, text("\u{202e}é\u{2066}\n*/")]);
    let mut odd = plan("odd", "Odd");
    let mut one = operation("one", "GET", "/");
    one.slots = vec![slot].into();
    odd.operations = vec![one].into();
    let printed = source(&odd);
    assert!(printed.contains(r#"// [{uuid: v4}, "\u{202e}é\u{2066}\n*/"]"#), "{printed}");
    assert!(!printed.contains(['\u{202e}', '\u{2066}']), "{printed}");
}

#[test]
fn a_crate_builds_what_few_need_where_it_is_asked_for_alone() {
    let text =
        "documents = \"specs\"\ncrates = \"crates\"\n[package]\nprefix = \"acme-\"\n[runtime]\nversion = \"0.1\"\n";
    let config = countersign_codegen::config::Config::parse(text, "countersign.toml").unwrap();
    let asks = |plan: &Plan, has_decimals| {
        let manifest = countersign_codegen::package::manifest(plan, has_decimals, None, &config);
        let runtime = manifest.lines().find(|line| line.starts_with("countersign = ")).unwrap();
        runtime.split_once(", features = ").map(|(_, features)| features.trim_end_matches([' ', '}']).to_owned())
    };
    assert_eq!(asks(&every_word(), false).as_deref(), Some(r#"["md5", "pages", "patterns"]"#));
    assert_eq!(asks(&every_word(), true).as_deref(), Some(r#"["decimal", "md5", "pages", "patterns"]"#));
    assert_eq!(asks(&bank(), true).as_deref(), Some(r#"["decimal"]"#));
    assert_eq!(asks(&bank(), false), None);
}
