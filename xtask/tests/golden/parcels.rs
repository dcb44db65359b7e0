//! What a client of `tests/documents/parcels.yaml` sends: forms with lists and objects in them.

use countersign::{Builder, Call, Moment};
use countersign_parcels::mock::MockServerExt;
use countersign_parcels::{Client, File, OPENAPI, PLAN, file, types};
use countersign_sandbox::Sandbox;
use httpmock::prelude::*;
use sha2::{Digest, Sha256};

/// What `parcels.py` prints.
const BODY: &str = "reference=p-1&tags=fragile&tags=1+%26+2&sender%5Bname%5D=Ana+L%C3%B3pez&sender%5Bpin%5D=NDcxMQ%3D%3D&sender%5Baddress%5D%5Bcity%5D=Soria&sender%5Baddress%5D%5Blines%5D%5B0%5D=Calle+Mayor+1&sender%5Baddress%5D%5Blines%5D%5B1%5D=2%C2%BA+B&sender%5Bstamp%5D=1700000000&items%5B0%5D%5Bsku%5D=a&items%5B0%5D%5Bamount%5D=2&items%5B0%5D%5Bprice%5D=12.50&items%5B1%5D%5Bsku%5D=b&items%5B1%5D%5Bamount%5D=1&items%5B1%5D%5Btags%5D%5B0%5D=x&items%5B1%5D%5Btags%5D%5B1%5D=y%2Cz&wide=10&high=20.50&codes=1,2&words=a%20b%2Cc&colours=red%7Cblue&labels=%5B%7B%22text%22%3A%22This+side+up%22%2C%22count%22%3A1%7D%5D&options=%7B%22insured%22%3Atrue%2C%22note%22%3A%22a%3Db%26c%22%7D&metadata%5Ba+b%5D=c&metadata%5Border%5D=17&due%5Bafter%5D=5&checks=%7B%22kind%22%3A%22age%22%7D&checks=%7B%22kind%22%3A%22id%22%7D&sum=e35239b4f950d65bc539a7fc53b5120bdc9b745e67f36ea4aafbb3c7bfd51757";
const SIGNATURE: &str = "619a8e286461e3c1e6a72f4aa6b78584c72ba393a518ffe57172b687f24335b2";

/// The digest of the parts, with `BOUNDARY` between them.
const PARTS: &str = "b4422a1e4f6aff609c0736dd0e94e3636440767ead6ef82652991316ca88251c";
const BOUNDARY: &str = "000102030405060708090a0b0c0d0e0f";

fn client(url: &str) -> Client {
    Client::builder().base_url(url).api_key("a key").secret("a secret").build().expect("everything is given")
}

fn metadata<const N: usize>(of: [(&str, &str); N]) -> std::collections::BTreeMap<String, String> {
    of.map(|(name, text)| (name.to_owned(), text.to_owned())).into()
}

fn parcel(client: &Client) -> countersign_parcels::builder::SendParcel {
    let lines = ["Calle Mayor 1", "2º B"];
    let address = types::ParcelSenderAddress::builder().city("Soria").lines(lines);
    let sender = types::ParcelSender::builder().name("Ana López").pin("4711").address(address);
    let item = |sku: &str, amount| types::ParcelItemsItem::builder().sku(sku).amount(amount);
    client
        .send_parcel()
        .reference("p-1")
        .tags(["fragile", "1 & 2"])
        .sender(sender)
        .items([item("a", 2).price("12.50"), item("b", 1).tags(["x", "y,z"])])
        .size(types::ParcelSize::builder().wide(10).high("20.50"))
        .codes([1, 2])
        .words(["a", "b,c"])
        .colours(["red", "blue"])
        .labels([types::ParcelLabelsItem::builder().text("This side up").count(1)])
        .options(types::ParcelOptions::builder().insured(true).note("a=b&c"))
        .metadata(metadata([("order", "17"), ("a b", "c")]))
        .due(types::ParcelDueDays::builder().after(5))
        .checks([types::ParcelChecksItem::builder().kind("age"), types::ParcelChecksItem::builder().kind("id")])
}

#[tokio::test]
async fn the_bytes_and_their_signature_are_those_of_another_program() {
    let server = MockServer::start_async().await;
    let mock = server.mock(|when, then| {
        let when = when.method(POST).path("/parcels").header("content-type", "application/x-www-form-urlencoded");
        when.header("x-signature", SIGNATURE).body(BODY);
        then.status(200).header("content-type", "application/json").body(r#"{"id":7}"#);
    });
    let time = || Moment { now: "2023-11-14T22:13:20Z".parse().expect("a time"), ..Moment::now() };
    let builder = Builder::new(&PLAN).base_url(server.base_url()).moments(time);
    let executor = builder.credential("api_key", "a key").credential("secret", "a secret").build().expect("it is whole");
    executor.call(Call::from(parcel(&client(&server.base_url())))).await.expect("a success");
    mock.assert();
}

#[tokio::test]
async fn a_sandbox_and_a_mock_play_it() {
    let sandbox = Sandbox::start(("parcels", OPENAPI)).await.expect("a sandbox");
    let builder = Client::builder().base_url(sandbox.url()).api_key(sandbox.value("api_key"));
    let client = builder.secret(sandbox.value("secret")).build().expect("everything is given");
    parcel(&client).send().await.expect("a success");
    let nobody = types::ParcelSender::builder().name("Nobody").address(types::ParcelSenderAddress::builder().city("Soria"));
    let error = parcel(&client).sender(nobody).send().await.expect_err("nobody sends it");
    assert_eq!(error.status(), Some(400));
    let told = format!("{:?} {:?}", sandbox.received(), parcel(&client));
    assert!(!told.contains("Soria") && !told.contains("Ana") && !told.contains("4711"), "{told}");
    let server = MockServer::start_async().await;
    let client = self::client(&server.base_url());
    let mock = server.mock_call(parcel(&client), |_, then| then.example("sent"));
    parcel(&client).send().await.expect("a success");
    assert!(parcel(&client).codes([1]).send().await.is_err());
    mock.assert();
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// HMAC with SHA-256 (RFC 2104).
fn hmac(key: &[u8], of: &[u8]) -> String {
    let pad = |with: u8| -> Vec<u8> { (0..64).map(|at| key.get(at).copied().unwrap_or_default() ^ with).collect() };
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(of).finalize();
    hex(&Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize())
}

fn document(client: &Client) -> countersign_parcels::builder::AddDocument {
    let scan: Vec<u8> = (0..60).chain(*b"\r\n--00010203").collect();
    client
        .add_document()
        .purpose("customs")
        .sender_name("Ana López")
        .notes(types::AddDocumentRequestNotes::builder().text("a note").page(2))
        .tags(["a", "b"])
        .rows([types::AddDocumentRequestRowsItem::builder().weight("1.50")])
        .address(types::AddDocumentRequestAddress::builder().city("Soria").pin("4711"))
        .scan(File::bytes(scan).named("a \"b\"\r\n.pdf"))
        .photos([File::bytes("one").of_type("image/png"), File::bytes("two").named("2.jpg").of_type("image/jpeg")])
}

#[tokio::test]
async fn parts_and_their_signature_are_those_of_another_program() {
    let server = MockServer::start_async().await;
    let mock = server.mock(|when, then| {
        when.method(POST).path("/documents").is_true(|request| {
            let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
            let boundary = header("content-type").strip_prefix("multipart/form-data; boundary=").expect("a boundary").to_owned();
            let body = request.body_vec();
            assert_eq!((boundary.len(), header("content-length")), (32, body.len().to_string()));
            let mut rest = &body[..];
            let mut same = Vec::new();
            while let Some(at) = rest.windows(32).position(|window| window == boundary.as_bytes()) {
                same.extend_from_slice(&rest[..at]);
                same.extend_from_slice(BOUNDARY.as_bytes());
                rest = &rest[at + 32..];
            }
            same.extend_from_slice(rest);
            hex(&Sha256::digest(&same)) == PARTS && header("x-signature") == hmac(b"a secret", &body)
        });
        then.status(200).header("content-type", "application/json").body(r#"{"id":8}"#);
    });
    let client = client(&server.base_url());
    assert_eq!(document(&client).send().await.expect("a success").id, 8);
    mock.assert();
}

#[tokio::test]
async fn a_sandbox_and_a_mock_take_parts() {
    let sandbox = Sandbox::start(("parcels", OPENAPI)).await.expect("a sandbox");
    let builder = Client::builder().base_url(sandbox.url()).api_key(sandbox.value("api_key"));
    let client = builder.secret(sandbox.value("secret")).build().expect("everything is given");
    assert_eq!(document(&client).send().await.expect("a success").id, 8);
    let recording = file::reader("Ana.mp4", Some(4), std::io::Cursor::new("CCTV"));
    client.replace_recording().id(7).recording(recording).send().await.expect("a success");
    let error = client.replace_recording().id(7).send().await.expect_err("there is no recording").to_string();
    assert!(error.contains("`recording` is required"), "{error}");
    let told = format!("{:?} {:?}", sandbox.received(), document(&client));
    assert!(["Soria", "Ana", "4711", "CCTV"].iter().all(|text| !told.contains(text)), "{told}");
    let server = MockServer::start_async().await;
    let client = self::client(&server.base_url());
    let mock = server.mock_call(document(&client), |_, then| then.example("added"));
    document(&client).send().await.expect("a success");
    for other in [document(&client).purpose("proof"), document(&client).scan(File::bytes("other"))] {
        assert_eq!(other.send().await.expect_err("it is mocked otherwise").status(), Some(404));
    }
    mock.assert();
}

#[tokio::test]
async fn what_breaks_a_rule_is_not_sent() {
    let client = client("http://127.0.0.1:9");
    for (call, says) in [
        (parcel(&client).codes([1, 2]).tags(["a", "a"]), "tags"),
        (parcel(&client).items([types::ParcelItemsItem::builder().sku("1").amount(1)]), "items/0/sku"),
        (parcel(&client).metadata(metadata([("a", "more than twenty characters")])), "metadata/a"),
        (parcel(&client).metadata(metadata([("a]", "x")])), "bracket"),
        (parcel(&client).words(["a b"]), "words"),
    ] {
        let error = call.send().await.expect_err(says).to_string();
        assert!(error.contains(says), "{error}");
    }
}
