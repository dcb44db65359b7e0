//! What a client of `tests/documents/forms.yaml` sends and reads.

use countersign_forms::mock::MockServerExt;
use countersign_forms::{Client, Decimal, Null, OPENAPI, builder, types};
use countersign_sandbox::Sandbox;
use httpmock::prelude::*;

fn client(url: &str) -> Client {
    Client::builder().base_url(url).api_key("a").build().expect("everything is given")
}

fn set_level(client: &Client) -> builder::SetLevel {
    client.set_level().level(types::Level::Minus1).body_level(2).sure(true)
}

async fn sandbox() -> (Sandbox, Client) {
    let sandbox = Sandbox::start(("forms", OPENAPI)).await.expect("a sandbox");
    let client = Client::builder().base_url(sandbox.url()).api_key(sandbox.value("api_key")).build();
    (sandbox, client.expect("everything is given"))
}

#[tokio::test]
async fn a_number_that_is_listed_is_a_variant() {
    let server = MockServer::start_async().await;
    let sent = r#"{"level":2,"rate":0.5,"sure":true,"attempts":1,"hidden_level":80008,"form":{"version":1,"name":"a"}}"#;
    let mock = server.mock(|when, then| {
        when.method(PUT).path("/payments/-1").query_param("rates", "0.5").body(sent);
        let received = r#"{"level":7,"rate":0.50,"history":[1,2,-1]}"#;
        then.status(200).header("content-type", "application/json").body(received);
    });
    let form = types::SetLevelRequestForm::Old(
        types::SetLevelRequestFormOld::builder().version(1).name("a").try_into().expect("everything is given"),
    );
    let call = set_level(&client(&server.base_url())).rates(["0.5", "1"]).rate("0.5").attempts(1).hidden_level(80_008).form(form);
    assert!(!format!("{call:?}").contains("8000"), "{call:?}");
    let response = call.send().await.unwrap();
    mock.assert();
    // What is received may be another.
    assert_eq!((&response.level, response.level.number()), (&types::Level::Unknown(7), 7));
    assert_eq!(response.rate, Some(types::SetLevelResponseRate::N0Point5));
    assert_eq!(response.history, [types::Level::N1, types::Level::N2, types::Level::Minus1]);

    // What is sent may not.
    let client = client("http://127.0.0.1:9");
    let third: Decimal = "0.33".parse().expect("a number");
    for (call, why) in [
        (set_level(&client).level(3), "level: it must be one of 1, 2, -1"),
        (set_level(&client).body_level(3), "level: it must be one of 1, 2, -1"),
        (set_level(&client).rate(third), "rate: it must be one of 0.5, 1"),
        (set_level(&client).rates([third]), "rates/0: it must be one of 0.5, 1, -2.25"),
        (set_level(&client).sure(false), "sure: it must be true"),
        (set_level(&client).attempts(3), "attempts: it must be one of 1, 2"),
        (set_level(&client).hidden_level(3), "hidden_level: it must be one of 70007, 80008"),
    ] {
        let error = call.send().await.expect_err(why).to_string();
        assert!(error.contains(why), "{why}: {error}");
    }
}

#[tokio::test]
async fn a_sandbox_takes_and_refuses_the_same() {
    let (sandbox, client) = sandbox().await;
    let response = set_level(&client).rate("1").send().await.unwrap();
    assert_eq!(response.history, [types::Level::N1, types::Level::Minus1]);
    assert!(sandbox.received().iter().all(|received| !received.is_refused()), "{:?}", sandbox.received());
    let server = MockServer::start_async().await;
    let mocked = self::client(&server.base_url());
    let mock = server.mock_call(set_level(&mocked), |_, then| then.example("usual"));
    set_level(&mocked).send().await.unwrap();
    assert!(set_level(&mocked).body_level(1).send().await.is_err());
    mock.assert();
}

fn place_order(client: &Client) -> builder::PlaceOrder {
    let method: types::OrderMethod =
        types::Account::builder().iban("SENTINEL of an account").try_into().expect("everything is given");
    let call = client.place_order().payer(types::Payer::builder().name("SENTINEL of a name"));
    call.items([Some(types::Item::builder().sku("a")), None]).notes(vec![Some("x".to_owned()), None]).method(method).color("red")
}

#[tokio::test]
async fn everything_may_be_null() {
    let server = MockServer::start_async().await;
    let nothing = r#"{"payer":null,"items":[],"notes":null,"method":null,"color":null}"#;
    let sent = r#"{"payer":{"name":"SENTINEL of a name"},"items":[{"sku":"a"},null],"notes":["x",null],"limits":{"day":null,"week":2},"people":{"a":null},"method":{"iban":"SENTINEL of an account"},"color":"red"}"#;
    let mocks = [nothing, sent].map(|sent| {
        server.mock(|when, then| {
            when.method(POST).path("/orders").body(sent);
            then.status(200).header("content-type", "application/json").body(sent);
        })
    });
    let client = client(&server.base_url());
    let limits: std::collections::BTreeMap<_, _> = [("day".to_owned(), None), ("week".to_owned(), Some(2))].into();
    let people: std::collections::BTreeMap<_, _> = [("a".to_owned(), None)].into();
    let call = place_order(&client).limits(limits).people(people);
    assert!(!format!("{call:?}").contains("SENTINEL"), "{call:?}");
    let response = call.send().await.unwrap();
    assert!(!format!("{response:?}").contains("SENTINEL"), "{response:?}");
    let order = response.into_inner();
    assert_eq!((order.items.len(), order.items[1].is_none(), &order.color), (2, true, &Some(types::Color::Red)));
    assert!(order.people.as_ref().is_some_and(|people| people["a"].is_none()));
    assert_eq!(order.notes, Some(vec![Some("x".to_owned()), None]));
    let mut empty = order;
    (empty.payer, empty.items, empty.notes, empty.method) = (None, Vec::new(), None, None);
    (empty.color, empty.limits, empty.people) = (None, None, None);
    let response = client.place_order().body(empty).send().await.unwrap();
    assert!(response.payer.is_none() && response.method.is_none() && response.color.is_none());
    mocks.iter().for_each(|mock| mock.assert());
    // What is demanded of a value is demanded where there is one.
    for (call, why) in [
        (place_order(&client).notes(vec![None, Some("too long".to_owned())]), "notes/1: it must have at most 5 characters"),
        (place_order(&client).items([None, Some(types::Item::builder().sku("too long"))]), "items/1/sku: it must have at most"),
        (place_order(&client).payer(types::Payer::builder().name("a".repeat(21))), "name: it must have at most 20 characters"),
        (place_order(&client).color("green"), "color: it must be one of"),
        (client.place_order(), "`payer` is required"),
    ] {
        let error = call.send().await.expect_err(why).to_string();
        assert!(error.contains(why), "{why}: {error}");
    }
}

#[tokio::test]
async fn null_is_sent_where_it_is_given_and_what_is_left_out_is_not() {
    let server = MockServer::start_async().await;
    let client = client(&server.base_url());
    let change = |reason: Option<&'static str>| client.change_order().id(1).reason(reason);
    for (call, body) in [
        (change(None), r#"{"reason":null}"#),
        (change(Some("x")).note("SENT").color("red").weight(Null), r#"{"reason":"x","note":"SENT","color":"red","weight":null}"#),
        (
            change(None).note(Null).color(Null).payer(Null).until(Null).before(Null),
            r#"{"reason":null,"note":null,"color":null,"payer":null,"until":null,"before":null}"#,
        ),
        (
            change(None).weight("0.5").tags(["a"]).payer(types::Payer::builder().name("a"))
                .before(types::Change::builder().reason(Null).before(types::Change::builder().reason("y").note(Null))),
            r#"{"reason":null,"payer":{"name":"a"},"weight":0.5,"tags":["a"],"before":{"reason":null,"before":{"reason":"y","note":null}}}"#,
        ),
        // A change that is made before the call.
        (
            client.change_order().id(1).body(types::Change::builder().reason(Null).note(Null)).color(Null),
            r#"{"reason":null,"note":null,"color":null}"#,
        ),
        // Given once more, it is that.
        (change(Some("x")).reason(Null).note("a").note(Null).color(Null).color("red"), r#"{"reason":null,"note":null,"color":"red"}"#),
    ] {
        let mut mock = server.mock(|when, then| {
            when.method(PATCH).path("/orders/1").body(body);
            then.status(204);
        });
        call.clone().send().await.unwrap_or_else(|error| panic!("{body}: {error}"));
        mock.assert();
        mock.delete();
        assert!(!format!("{call:?}").contains("SENT"), "{call:?}");
    }
    let refused = client.change_order().id(1).note(Null).send().await.unwrap_err().to_string();
    assert!(refused.contains("`reason` is required"), "{refused}");
    let refused = change(Some("too long")).send().await.unwrap_err().to_string();
    assert!(refused.contains("reason: it must have at most 5 characters"), "{refused}");
    let refused = change(None).color("green").send().await.unwrap_err().to_string();
    assert!(refused.contains("color: it must be one of"), "{refused}");
    // What is received as well has setters for what it cannot do without.
    let mock = server.mock(|when, then| {
        when.path("/orders").body(r#"{"payer":null,"items":[],"notes":null,"method":null,"color":null}"#);
        then.status(200).header("content-type", "application/json").body(r#"{"items":[]}"#);
    });
    let none: [Option<types::Item>; 0] = [];
    client.place_order().payer(Null).items(none).notes(Null).method(Null).color(Null).send().await.unwrap();
    mock.assert();
}

#[tokio::test]
async fn a_sandbox_takes_null_where_it_may_be() {
    let (sandbox, client) = sandbox().await;
    place_order(&client).send().await.unwrap();
    client.change_order().id(1).reason(Null).note(Null).color(Null).before(Null).send().await.unwrap();
    let mut order = client.find_order().id(1).send().await.unwrap().into_inner().expect("an order");
    (order.payer, order.notes, order.method, order.color) = (None, None, None, None);
    client.place_order().body(order).send().await.unwrap();
    assert!(sandbox.received().iter().all(|received| !received.is_refused()), "{:?}", sandbox.received());
    let server = MockServer::start_async().await;
    let mocked = self::client(&server.base_url());
    let mock = server.mock(|when, then| {
        when.path("/orders/1");
        then.status(200).header("content-type", "application/json").body("null");
    });
    assert!(mocked.find_order().id(1).send().await.unwrap().into_inner().is_none());
    mock.assert();
    let mock = server.mock_call(place_order(&mocked), |_, then| then.example("nothing"));
    let order = place_order(&mocked).send().await.unwrap();
    assert!(order.payer.is_none() && order.people.as_ref().is_some_and(|people| people["a"].is_none()));
    mock.assert();
}

fn tree(label: &str) -> types::builder::Tree {
    types::Tree::builder().label(label).children(Vec::<types::Tree>::new())
}

fn nest(json: &str) -> types::Nest {
    serde_json::from_str(json).expect("lists of lists")
}

fn whole(tree: types::builder::Tree) -> types::Tree {
    tree.try_into().expect("everything is given")
}

#[tokio::test]
async fn what_contains_itself_is_sent_and_read_and_held_to_its_rules() {
    let server = MockServer::start_async().await;
    let sent = r#"{"label":"a","parent":{"label":"top","pin":"7391","children":[]},"children":[{"label":"b","children":[{"label":"c","pin":"7391","children":[]}]}],"grafts":{"x":{"label":"d","children":[]}},"value":["hid",["y"],{"label":"e","children":[]}],"nest":[[],[[]]]}"#;
    let mock = server.mock(|when, then| {
        when.method(POST).path("/trees").body(sent);
        then.status(200).header("content-type", "application/json").body(sent);
    });
    let client = client(&server.base_url());
    let grafts: std::collections::BTreeMap<_, _> = [("x".to_owned(), whole(tree("d")))].into();
    let text = |text: &str| types::Value::Text(text.into());
    let value = types::Value::List(vec![text("hid"), types::Value::List(vec![text("y")]), types::Value::Tree(whole(tree("e")))]);
    let plant = || client.plant().label("a").children([tree("b").children([tree("c").pin("7391")])]);
    let call = plant().parent(tree("top").pin("7391")).grafts(grafts).value(value).nest(nest("[[],[[]]]"));
    assert!(!format!("{call:?}").contains("7391") && !format!("{call:?}").contains("hid"), "{call:?}");
    let response = call.send().await.unwrap();
    mock.assert();
    assert!(!format!("{response:?}").contains("7391") && !format!("{response:?}").contains("\"hid\""), "{response:?}");
    assert_eq!(response.children[0].children[0].label, "c");
    assert_eq!(response.parent.as_ref().unwrap().label, "top");
    let types::Value::List(values) = &**response.value.as_ref().unwrap() else { panic!("{response:?}") };
    assert!(matches!(&values[2], types::Value::Tree(tree) if tree.label == "e"));
    for (call, why) in [
        (plant().nest(nest("[[],[[],[],[]]]")), "nest/1: it must have at most 2 elements"),
        (plant().label("too long"), "label: it must have at most 5 characters"),
        (plant().parent(tree("too long")), "parent/label: it must have at most 5 characters"),
        (plant().parent(tree("a").parent(tree("b").pin("x"))), "parent/parent/pin: it must match"),
        (plant().children([tree("b").children([tree("too long")])]), "children/0/children/0/label: it must have at most"),
        (plant().value(types::Value::List(vec![text("long")])), "value/0: it must have at most 3 characters"),
        (plant().value(whole(tree("a").value(whole(tree("too long"))))), "value/value/label: it must have at most"),
    ] {
        let error = call.send().await.expect_err(why).to_string();
        assert!(error.contains(why), "{why}: {error}");
    }
}

#[tokio::test]
async fn what_nests_without_an_end_is_an_error() {
    let server = MockServer::start_async().await;
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(50_000), close.repeat(50_000));
    for (path, value) in [("1", deep("[", "]")), ("2", deep(r#"{"label":"a","children":[],"value":["#, "]}"))] {
        server.mock(|when, then| {
            when.path(format!("/{path}/trees"));
            let body = format!(r#"{{"label":"a","children":[],"value":{value}}}"#);
            then.status(200).header("content-type", "application/json").body(body);
        });
        let client = client(&format!("{}/{path}", server.base_url()));
        let error = client.plant().label("a").children(Vec::<types::Tree>::new()).send().await.expect_err("it is too deep");
        assert!(matches!(error, countersign_forms::Error::InvalidResponse(_)), "{error:?}");
    }
}

fn adopt(client: &Client, pet: impl Into<types::Pet>) -> builder::Adopt {
    client.adopt().pet(pet.into()).pays(types::Card::builder().number("SENTINEL of a card"))
}

#[tokio::test]
async fn a_branch_is_one_of_several_itself() {
    let server = MockServer::start_async().await;
    let mock = server.mock(|when, then| {
        when.method(POST).path("/pets").body(r#"{"pet":{"kind":"lion","mane":true},"pays":{"note":"n","apple":"x"}}"#);
        then.status(200).header("content-type", "application/json").body(r#"{"kind":"tiger","stripes":7}"#);
    });
    let client = client(&server.base_url());
    let lion: types::Cat = types::Lion::builder().kind("lion").mane(true).try_into().expect("everything is given");
    let wallet: types::Wallet =
        types::WalletApple::builder().apple("x").note("n").try_into().expect("everything is given");
    let response = adopt(&client, lion.clone()).pays(wallet).send().await.unwrap();
    mock.assert();
    assert!(matches!(&*response, types::Pet::Cat(types::Cat::Tiger(tiger)) if tiger.stripes == 7), "{response:?}");
    let (sandbox, client) = sandbox().await;
    adopt(&client, lion.clone()).send().await.unwrap();
    client.show().body(types::Pet::from(lion)).send().await.unwrap();
    assert!(sandbox.received().iter().all(|received| !received.is_refused()), "{:?}", sandbox.received());
}
