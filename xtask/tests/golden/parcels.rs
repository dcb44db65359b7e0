//! What a client of `tests/documents/parcels.yaml` sends: forms with lists and objects in them.

use countersign::{Builder, Call, Moment};
use countersign_parcels::mock::MockServerExt;
use countersign_parcels::{Client, OPENAPI, PLAN, types};
use countersign_sandbox::Sandbox;
use httpmock::prelude::*;

/// What `parcels.py` prints.
const BODY: &str = "reference=p-1&tags=fragile&tags=1+%26+2&sender%5Bname%5D=Ana+L%C3%B3pez&sender%5Bpin%5D=NDcxMQ%3D%3D&sender%5Baddress%5D%5Bcity%5D=Soria&sender%5Baddress%5D%5Blines%5D%5B0%5D=Calle+Mayor+1&sender%5Baddress%5D%5Blines%5D%5B1%5D=2%C2%BA+B&sender%5Bstamp%5D=1700000000&items%5B0%5D%5Bsku%5D=a&items%5B0%5D%5Bamount%5D=2&items%5B0%5D%5Bprice%5D=12.50&items%5B1%5D%5Bsku%5D=b&items%5B1%5D%5Bamount%5D=1&items%5B1%5D%5Btags%5D%5B0%5D=x&items%5B1%5D%5Btags%5D%5B1%5D=y%2Cz&wide=10&high=20.50&codes=1,2&words=a%20b%2Cc&colours=red%7Cblue&labels=%5B%7B%22text%22%3A%22This+side+up%22%2C%22count%22%3A1%7D%5D&options=%7B%22insured%22%3Atrue%2C%22note%22%3A%22a%3Db%26c%22%7D&metadata%5Ba+b%5D=c&metadata%5Border%5D=17&due%5Bafter%5D=5&checks=%7B%22kind%22%3A%22age%22%7D&checks=%7B%22kind%22%3A%22id%22%7D&sum=e35239b4f950d65bc539a7fc53b5120bdc9b745e67f36ea4aafbb3c7bfd51757";
const SIGNATURE: &str = "619a8e286461e3c1e6a72f4aa6b78584c72ba393a518ffe57172b687f24335b2";

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
