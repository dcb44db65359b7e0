//! Calls without generated types, to a sandbox, of a document whose requests are forms with lists and objects in them, and what
//! is said of them. `cargo test -p xtask` calls its crate.

use std::sync::Arc;
use std::time::Duration;

use countersign::{Builder, Call, Executor, File, file};
use countersign_inspect::{Options, explain};
use countersign_sandbox::Sandbox;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const PARCELS: &str = include_str!("../../documents/parcels.yaml");

async fn sandbox() -> (Sandbox, Executor) {
    let document = countersign_spec::read("parcels.yaml", PARCELS).unwrap_or_else(|findings| panic!("{findings}"));
    let sandbox = Sandbox::start(("parcels", PARCELS)).await.unwrap();
    let builder = sandbox.fill(Builder::new(Arc::new(document.plan().clone())));
    let executor = builder.base_url(sandbox.url()).build().unwrap();
    (sandbox, executor)
}

fn parcel() -> Value {
    json!({
        "reference": "p-1",
        "tags": ["fragile", "1 & 2"],
        "sender": {"name": "SENTINEL of a name", "pin": "SENTINEL", "address": {"city": "SENTINEL", "lines": ["SENTINEL 1", "SENTINEL 2"]}},
        "items": [{"sku": "a", "amount": 2, "price": 12.5}, {"sku": "b", "amount": 1, "tags": ["x", "y,z"]}],
        "size": {"wide": 10, "high": 20.5},
        "codes": [1, 2],
        "words": ["a", "b,c"],
        "colours": ["red", "blue"],
        "labels": [{"text": "This side up", "count": 1}],
        "options": {"insured": true, "note": "SENTINEL=b&c"},
        "metadata": {"order": "17", "a b": "c"},
        "due": {"after": 5},
        "checks": [{"kind": "age"}, {"kind": "id"}],
    })
}

#[tokio::test]
async fn a_form_is_sent_read_and_explained_as_it_is_written() {
    let (sandbox, client) = sandbox().await;
    let call = Call::new("send_parcel").form(Ok(parcel()));
    let response = client.call(call.clone()).await;
    let told = format!("{:?}", sandbox.received());
    assert_eq!(response.expect(&told).into_inner(), json!({"id": 7}));
    let explanation = explain(client.setup(), &call, Options::default()).unwrap();
    let fields: Vec<_> = explanation.body.iter().map(|shown| format!("{}={}", shown.name, shown.value)).collect();
    println!("{}\n{explanation}\n{told}", fields.join("\n"));
    let all = format!("{explanation} {told} {call:?}");
    assert!(!all.contains("SENTINEL") && !all.contains("U0VOVElORUw"), "{all}");
}

#[tokio::test]
async fn a_broken_rule_is_named_before_anything_is_sent() {
    let (sandbox, client) = sandbox().await;
    for (pointer, value, why) in [
        ("/reference", json!("x"), "reference: it must match"),
        ("/sender/name", Value::Null, "name: it is required"),
        ("/tags", json!(["a", "a"]), "tags: each of its elements"),
        ("/items/1/amount", json!(0), "items/1/amount: it must be at least 1"),
        ("/items/1/sku", json!("1"), "items/1/sku: it must match"),
        ("/items", json!([]), "items: it is required"),
        ("/size/wide", json!(201), "wide: it must be at most 200"),
        ("/codes", json!(["x"]), "codes/0: it must be a whole number"),
        ("/words", json!(["a b"]), "words: an element cannot have ' ' in it"),
        ("/colours", json!(["green"]), "colours/0: it must be one of"),
        ("/labels", json!([{"count": 1}]), "labels/0/text: it is required"),
        ("/options/insured", json!("yes"), "options/insured: it must be true or false"),
        ("/metadata/order", json!("x".repeat(21)), "metadata/order: it must have at most 20"),
        ("/metadata", json!({"a[b]": "c"}), "metadata: a name in it has a bracket"),
        ("/due", json!({"after": 0}), "due/after: it must be at least 1"),
        ("/checks/0/kind", json!("x"), "checks/0/kind: it must be one of"),
    ] {
        let mut body = parcel();
        *body.pointer_mut(pointer).unwrap() = value;
        let error = client.call(Call::new("send_parcel").form(Ok(body))).await.expect_err(why).to_string();
        assert!(error.contains(why), "{why}: {error}");
    }
    assert!(sandbox.received().is_empty());
}

#[tokio::test]
async fn values_are_given_one_by_one() {
    let (sandbox, client) = sandbox().await;
    let call = Call::new("send_parcel")
        .value("reference", "p-2")
        .value("tags", "a")
        .value("tags", "b")
        .value("/sender/name", "Ana")
        .value("/sender/address/city", "Soria")
        .value("/sender/address/lines", r#"["one", "two"]"#)
        .value("items", r#"[{"sku": "a", "amount": 1}]"#)
        .value("/size/wide", "7")
        .value("codes", "1,2")
        .parameter("colours", &json!(["red", "blue"]))
        .value("labels", r#"[{"text":"up"}]"#)
        .value("due", "2026-01-31");
    client.call(call).await.unwrap_or_else(|error| panic!("{error}: {:?}", sandbox.received()));
    let received = format!("{:?}", sandbox.received());
    assert!(!received.contains("Soria"), "{received}");
}

#[tokio::test]
async fn a_sandbox_refuses_what_is_written_otherwise() {
    let sandbox = Sandbox::builder(("parcels", PARCELS)).unverified().start().await.unwrap();
    let http = reqwest::Client::new();
    let good = "reference=p-1&sender[name]=A&sender[address][city]=S&items[0][sku]=a&items[0][amount]=1&labels=[{\"text\":\"x\"}]";
    for (more, why) in [
        ("", ""),
        ("&sender[address][lines][]=a&sender[address][lines][]=b", ""),
        ("&sender=x", "sender: it must be an object"),
        ("&sender[name]=B", "sender[name]: it is given more than once"),
        ("&sender[name][x]=B", "sender[name]: it is given more than once"),
        ("&reference[x]=B", ""),
        ("&items[2][sku]=a", "items: its elements are not numbered from 0 on"),
        ("&items[][sku]=a", "items: an element in it that is no scalar has no number"),
        ("&items[0][sku]=b", "items: a name in it is there more than once"),
        ("&items[0][sku][x]=b", "items: it is one value and has others in it"),
        ("&items[1][sku]=b", "items/1/amount: it is required"),
        ("&options={", "options: it is not JSON"),
        ("&options=[]", "options: it must be an object"),
        ("&wide=x", "wide: it must be a whole number"),
        ("&codes=1,x", "codes/1: it must be a whole number"),
        ("&checks={\"kind\":\"x\"}", "checks/0/kind: it must be one of"),
        ("&checks=x", "checks/0: it must be an object"),
        ("&due[after]=x", "due"),
        ("&due=2026-01-31", ""),
        ("&due=31", "due"),
        ("&metadata[a]=b&metadata[a]=c", "metadata: a name in it is there more than once"),
        ("&metadata=x", "metadata: it must be an object"),
    ] {
        let request = http.post(format!("{}/parcels", sandbox.url())).header("X-Signature", "x");
        let request =
            request.header("Authorization", "Bearer x").header("Content-Type", "application/x-www-form-urlencoded");
        let status = request.body(format!("{good}{more}")).send().await.unwrap().status().as_u16();
        let received = sandbox.received().pop().unwrap();
        let told = received.why().unwrap_or_default().to_owned();
        assert_eq!(status, if why.is_empty() { 200 } else { 400 }, "{more}: {told}");
        assert!(told.contains(why), "{more}: {told}");
    }
}

fn document() -> Value {
    json!({
        "purpose": "customs", "sender_name": "SENTINEL of a name", "notes": {"text": "a note"}, "tags": ["a", "b"],
        "rows": [{"weight": 1.5}, {}], "address": {"city": "SENTINEL of a city", "pin": "SENTINEL"},
    })
}

fn scan() -> File {
    File::bytes(&b"%PDF-\xff\r\n--SENTINEL"[..]).named("SENTINEL \"of\" a name.pdf")
}

#[tokio::test]
async fn parts_are_sent_read_and_explained() {
    let (sandbox, client) = sandbox().await;
    let photo = File::bytes("a photo").of_type("image/png");
    let call = Call::new("add_document").multipart(Ok(document())).file("scan", scan());
    let call = call.file("photos", photo.clone()).file("photos", photo.of_type("image/JPEG; q=1"));
    let response = client.call(call.clone()).await;
    let told = format!("{:?}", sandbox.received());
    assert_eq!(response.expect(&told).into_inner(), json!({"id": 8}));
    let explanation = explain(client.setup(), &call, Options::default()).unwrap();
    println!("{explanation}\n{told}");
    let all = format!("{explanation} {explanation:?} {told} {call:?}");
    assert!(!all.contains("SENTINEL") && !all.contains("U0VOVElORUw") && !all.contains("a photo"), "{all}");
    assert!(all.contains("a note") && all.contains("scan: ‹scan›"), "{all}");
}

#[tokio::test]
async fn a_broken_part_is_named_before_anything_is_sent() {
    let (sandbox, client) = sandbox().await;
    let with = |pointer: &str, value: Value| {
        let mut body = document();
        *body.pointer_mut(pointer).unwrap() = value;
        Call::new("add_document").multipart(Ok(body)).file("scan", scan())
    };
    let good = || Call::new("add_document").multipart(Ok(document()));
    let png = |bytes: usize| File::bytes(vec![0; bytes]).of_type("image/png");
    let streamed = || File::streamed(Some(4), Arc::new(()));
    for (call, why) in [
        (with("/purpose", json!("x")), "purpose: it must be one of"),
        (with("/rows/0/weight", json!(-1)), "rows/0/weight: it must be at least 0"),
        (with("/notes", json!({})), "notes/text: it is required"),
        (with("/tags", json!(["a", "b", "c", "d"])), "tags: it must have at most 3"),
        (good(), "scan: it is required"),
        (good().value("scan", "text"), "scan: it is a file"),
        (good().file("purpose", scan()), "purpose: it is no file"),
        (good().file("nothing", scan()), "nothing: the operation has no such"),
        (good().file("scan", scan()).file("scan", scan()), "scan: it is given more than once"),
        (good().file("scan", File::bytes("abc")), "scan: it must have at least 4 bytes and has 3"),
        (good().file("scan", File::bytes(vec![0; 101])), "scan: it must have at most 100 bytes and has 101"),
        (good().file("scan", png(5)), "scan: its media type must be application/pdf"),
        (good().file("scan", scan().of_type("application/pdf; a=\r\nX: y")), "scan: its media type cannot be a header"),
        (
            good().file("scan", scan()).file("photos", File::bytes("x")),
            "photos: say with `of_type` which media type it has: image/png or image/jpeg",
        ),
        (good().file("scan", scan()).file("photos", png(101)), "photos/0: it must have at most 100 bytes"),
        (
            good().file("scan", scan()).file("photos", png(1)).file("photos", png(1)).file("photos", png(1)),
            "photos: it must have at most 2 elements",
        ),
        (good().file("scan", streamed()), "sum: it reads a file that is read while it is sent"),
        (
            good().file("scan", scan()).file("photos", streamed().of_type("image/png")),
            "X-Signature: it reads a file that is read while",
        ),
        (Call::new("send_parcel").form(Ok(parcel())).file("tags", scan()), "tags: it is no file"),
    ] {
        let error = client.call(call).await.expect_err(why).to_string();
        assert!(error.contains(why) && error.contains("was not sent"), "{why}: {error}");
    }
    assert!(sandbox.received().is_empty());
}

#[tokio::test]
async fn a_file_is_sent_while_it_is_read_and_never_twice() {
    let (sandbox, client) = sandbox().await;
    let call = |file| Call::new("replace_recording").value("id", "7").file("recording", file);
    let long = vec![7; 1_000_000];
    client.call(call(file::reader("a", Some(1_000_000), std::io::Cursor::new(long.clone())))).await.unwrap();
    client.call(call(file::reader("a", None, std::io::Cursor::new(long)))).await.unwrap();
    // As long as the document allows, and no longer.
    client.call(call(file::reader("a", None, std::io::Cursor::new(vec![7; 2_000_000])))).await.unwrap();
    let path = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(path.path(), "some bytes").unwrap();
    client.call(call(file::open(path.path()).await.unwrap())).await.unwrap();
    assert!(sandbox.received().iter().all(|received| !received.is_refused()), "{:?}", sandbox.received());
    let before = sandbox.received().len();
    for (length, bytes, why) in [
        (Some(4), 5, "more bytes than it was said to have"),
        (Some(5), 4, "fewer bytes than it was said to have"),
        (None, 2_000_001, "more bytes than the document allows"),
    ] {
        let error =
            client.call(call(file::reader("a", length, std::io::Cursor::new(vec![0; bytes])))).await.unwrap_err();
        let told = error.to_string();
        assert!(told.contains(why) && told.contains("not sent again") && error.attempts() == 1, "{why}: {told}");
    }
    let known = client.call(call(File::bytes(vec![0; 2_000_001]))).await.unwrap_err().to_string();
    assert!(known.contains("recording: it must have at most 2000000 bytes"), "{known}");
    // The operation may be repeated, and is where the file is in memory.
    let (server, refused) = (httpmock::MockServer::start_async().await, reqwest::StatusCode::SERVICE_UNAVAILABLE);
    let mock = server.mock(|_, then| drop(then.status(refused.as_u16())));
    let document = countersign_spec::read("parcels.yaml", PARCELS).unwrap();
    let builder = Builder::new(Arc::new(document.plan().clone())).retries(1).base_url(server.base_url());
    let failing = builder.credential("api_key", "a").credential("secret", "b").build().unwrap();
    let error = failing.call(call(file::reader("a", None, std::io::Cursor::new("SENTINEL")))).await.unwrap_err();
    assert!(error.to_string().contains("it was not sent again, because a file in it had been read"), "{error}");
    assert_eq!((mock.calls(), error.attempts()), (1, 1));
    let error = failing.call(call(File::bytes("x"))).await.unwrap_err();
    assert!(!error.to_string().contains("not sent again"), "{error}");
    assert_eq!((mock.calls(), sandbox.received().len() >= before), (3, true));
    // Nothing of it was read where no connection was made, so that it is sent again.
    let builder = Builder::new(Arc::new(document.plan().clone())).retries(1).base_url("http://127.0.0.1:9");
    let nowhere = builder.credential("api_key", "a").credential("secret", "b").build().unwrap();
    let error = nowhere.call(call(file::reader("a", None, std::io::Cursor::new("x")))).await.unwrap_err();
    assert_eq!(error.attempts(), 2, "{error}");
}

#[tokio::test]
async fn a_file_that_has_been_read_is_not_sent_without_its_beginning() {
    let (sandbox, client) = sandbox().await;
    let call = |file| Call::new("replace_recording").value("id", "7").file("recording", file);
    let stream = || file::reader("a", None, std::io::Cursor::new(vec![7; 1_000_000]));
    let file = stream();
    client.call(call(file.clone())).await.unwrap();
    let again = client.call(call(file)).await.unwrap_err();
    assert!(again.to_string().contains("recording: its file has been read, which is done once"), "{again}");
    assert!(!again.may_have_been_carried_out() && again.attempts() == 0, "{again:?}");
    // Nor is it two files of one call.
    let photo = stream().of_type("image/png");
    let twice = Call::new("add_document").multipart(Ok(document())).file("scan", scan());
    let twice = client.call(twice.file("photos", photo.clone()).file("photos", photo)).await.unwrap_err();
    assert!(twice.to_string().contains("photos: its file has been read"), "{twice}");
    assert_eq!(sandbox.received().len(), 1);
    // Of two calls at once that share it one has all of it, and the other nothing.
    let file = stream();
    let (one, other) = tokio::join!(client.call(call(file.clone())), client.call(call(file)));
    let error = match (one, other) {
        (Ok(_), Err(error)) | (Err(error), Ok(_)) => error,
        both => panic!("{both:?}"),
    };
    assert!(error.to_string().contains("a file has been read, which is done once"), "{error}");
}

#[tokio::test]
async fn a_file_of_unknown_length_is_held_to_its_bounds_while_it_is_read() {
    let document = PARCELS.replace(
        "recording: {type: string, format: binary, ",
        "recording: {type: string, format: binary, minLength: 4, ",
    );
    let sandbox = Sandbox::start(("parcels", document.as_str())).await.unwrap();
    let read = countersign_spec::read("parcels.yaml", &document).unwrap_or_else(|findings| panic!("{findings}"));
    let client = sandbox.fill(Builder::new(Arc::new(read.plan().clone()))).base_url(sandbox.url()).build().unwrap();
    let call = |bytes: &'static str| {
        let file = file::reader("a", None, std::io::Cursor::new(bytes));
        client.call(Call::new("replace_recording").value("id", "7").file("recording", file))
    };
    for fits in ["long enough", "four"] {
        call(fits).await.unwrap();
    }
    let short = call("abc").await.unwrap_err().to_string();
    assert!(short.contains("a file has fewer bytes than the document asks for"), "{short}");
}

/// A provider that responds as soon as it has begun to read.
async fn hasty(response: &'static str) -> Executor {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let begun = stream.read(&mut [0; 1024]).await;
                assert!(begun.is_ok());
                stream.write_all(response.as_bytes()).await.unwrap();
                std::future::pending::<()>().await
            });
        }
    });
    let document = countersign_spec::read("parcels.yaml", PARCELS).unwrap();
    let builder = Builder::new(Arc::new(document.plan().clone())).credential("api_key", "a").credential("secret", "b");
    builder.base_url(url).timeout(Duration::from_secs(2)).build().unwrap()
}

#[tokio::test]
async fn a_response_that_comes_before_the_file_is_sent_ends_the_call() {
    let call = |file| Call::new("replace_recording").value("id", "7").file("recording", file);
    for (response, status) in [
        ("HTTP/1.1 413 X\r\nContent-Length: 2\r\n\r\n{}", 413),
        ("HTTP/1.1 401 X\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}", 401),
    ] {
        let endless = || file::stream("a", None, futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>());
        for file in [endless(), File::bytes(vec![0; 1_900_000])] {
            let error = hasty(response).await.call(call(file)).await.unwrap_err();
            assert_eq!((error.status(), error.attempts()), (Some(status), 1), "{error}");
            assert!(error.may_have_been_carried_out(), "{error}");
        }
    }
}

#[tokio::test]
async fn a_stream_that_breaks_off_is_said_to_and_not_what_it_says() {
    let of = |pieces: Vec<Result<&'static str, std::io::Error>>| {
        file::stream("a", Some(4), futures_util::stream::iter(pieces))
    };
    for (file, why) in [
        (of(vec![Ok("ab"), Err(std::io::Error::other("SENTINEL"))]), "a file could not be read; "),
        (of(vec![Ok("ab"), Ok("")]), "a file has fewer bytes than it was said to have; "),
    ] {
        let call = Call::new("replace_recording").value("id", "7").file("recording", file);
        let error = hasty("").await.call(call).await.unwrap_err();
        assert!(error.to_string().starts_with(&format!("replace_recording got no response: {why}")), "{error}");
        assert!(error.may_have_been_carried_out() && !format!("{error:?}").contains("SENTINEL"), "{error:?}");
    }
}
