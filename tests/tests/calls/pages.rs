//! Lists whose pages are asked for one after the other, without generated types. `cargo test -p xtask` calls the crate of the
//! same document.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use countersign::plan::Found;
use countersign::{Builder, Call, Error, Executor, Items, Kind, Pages};
use countersign_sandbox::Sandbox;
use countersign_tests::{Received, Reply, Server};
use futures_util::{StreamExt, TryStreamExt};
use serde_json::{Value, json};

const PAGES: &str = include_str!("../../documents/pages.yaml");

fn builder() -> Builder {
    let document = countersign_spec::read("pages.yaml", PAGES).unwrap_or_else(|findings| panic!("{findings}"));
    Builder::new(Arc::new(document.plan().clone())).credential("api_key", "a key")
}

fn client(server: &Server) -> Executor {
    builder().base_url(format!("{}/base", server.url())).retries(0).build().unwrap()
}

/// What a request asks for: its path below the base URL with the query, and its body.
fn asked(received: &Received) -> String {
    let target = received.line.split(' ').nth(1).unwrap_or_default();
    let target = target.strip_prefix("/base/").unwrap_or(target);
    // The time is another in each.
    let target = target.split("&sent=").next().unwrap_or_default().split("?sent=").next().unwrap_or_default();
    format!("{target} {}", String::from_utf8_lossy(&received.body)).trim_end().to_owned()
}

/// A server that has these pages, by what they are asked for with: headers and a body.
async fn server<H: Fn(&str) -> Reply + Send + Sync + 'static>(page: H) -> Server {
    Server::start(move |_, received| page(&asked(received))).await
}

fn ok(body: Value) -> Reply {
    Reply::json(200, &body.to_string())
}

fn headed(header: &str, value: &str, body: Value) -> Reply {
    Reply::with(200, &[("Content-Type", "application/json"), (header, value)], &body.to_string())
}

fn everything(server: &Server) -> Vec<String> {
    server.received().iter().map(asked).collect()
}

async fn all(mut pages: Pages<Value>) -> (Vec<Value>, Option<Error>) {
    let mut came = Vec::new();
    while let Some(page) = pages.next().await {
        match page {
            Ok(page) => came.push(page.into_inner()),
            Err(error) => {
                assert!(pages.next().await.is_none(), "a stream ends after an error");
                return (came, Some(error));
            }
        }
    }
    assert!(pages.next().await.is_none() && pages.position().is_none());
    (came, None)
}

/// What is asked for, and how the reading ends.
async fn read(call: Call, page: impl Fn(&str) -> Reply + Send + Sync + 'static) -> (Vec<String>, usize, Option<Error>) {
    let server = server(page).await;
    let (came, error) = all(client(&server).pages(call)).await;
    (everything(&server), came.len(), error)
}

fn payments(client: &Executor) -> Items<String> {
    let ids = |page: Value| {
        let payments = page["payments"].as_array().cloned().unwrap_or_default();
        payments.iter().map(|payment| payment["id"].as_str().unwrap_or_default().to_owned()).collect()
    };
    let call = Call::new("list_payments").value("limit", "2").value("X-Tenant", "t1");
    client.items(call, ids)
}

fn of_payments(ids: &[&str], next: Value) -> Reply {
    let payments: Vec<Value> = ids.iter().map(|id| json!({"id": id, "amount": 1})).collect();
    ok(json!({"payments": payments, "next": next}))
}

#[tokio::test]
async fn each_page_is_a_signed_call_of_its_own_that_is_made_when_it_is_asked_for() {
    let server = server(|asked| match asked {
        "payments?limit=2" => of_payments(&["p1", "p2"], json!("a b&c")),
        "payments?after=a+b%26c&limit=2" => of_payments(&["p3"], json!("")),
        other => panic!("{other}"),
    })
    .await;
    let client = client(&server);
    let mut items = payments(&client);
    assert_eq!((server.received().len(), items.position().is_none()), (0, true));
    assert_eq!(items.next().await.unwrap().unwrap(), "p1");
    assert_eq!(items.next().await.unwrap().unwrap(), "p2");
    assert_eq!(server.received().len(), 1, "no page is asked for before the items of the one before are used up");
    assert_eq!(items.position().unwrap().expose(), "after=a+b%26c");
    assert_eq!(items.next().await.unwrap().unwrap(), "p3");
    assert!(items.next().await.is_none() && items.next().await.is_none());
    let received = server.received();
    for name in ["X-Nonce", "X-Signature"] {
        let values: BTreeSet<_> = received.iter().map(|received| received.header(name).unwrap()).collect();
        assert_eq!(values.len(), 2, "{name} is the same in two pages");
    }
    assert!(received.iter().all(|received| received.header("X-Tenant") == Some("t1")));
    let collected: Vec<String> = payments(&client).try_collect().await.unwrap();
    assert_eq!(collected, ["p1", "p2", "p3"]);
    let lengths = client.pages::<Value>(Call::new("list_payments").value("limit", "2"));
    let lengths: Vec<usize> = lengths.map(|page| page.unwrap()["payments"].as_array().unwrap().len()).collect().await;
    assert_eq!(lengths, [2, 1]);
}

#[tokio::test]
async fn a_list_goes_on_as_its_document_says() {
    let (lines, ..) = read(Call::new("list_charges"), |asked| match asked {
        "charges" => ok(json!({"data": [{"id": "c1"}, {"id": "c2"}], "has_more": true})),
        "charges?starting_after=c2" => ok(json!({"data": [{"id": "c3"}], "has_more": false})),
        other => panic!("{other}"),
    })
    .await;
    assert_eq!(lines, ["charges", "charges?starting_after=c2"]);

    // A page that is shorter than it was asked for is the last, or shorter than a page is by itself.
    for (size, expected) in [(None, vec!["trades", "trades?from_id=9"]), (Some("1"), vec!["trades?limit=1"; 1])] {
        let call = Call::new("list_trades");
        let call = size.iter().fold(call, |call, size| call.value("limit", *size));
        let (lines, _, error) = read(call, |asked| match asked {
            "trades" => ok(json!([7, 9])),
            "trades?from_id=9" => ok(json!([10])),
            "trades?limit=1" => ok(json!([])),
            other => panic!("{other}"),
        })
        .await;
        assert_eq!((lines, error.is_none()), (expected.into_iter().map(str::to_owned).collect(), true));
    }

    let body = r#"{"state":"all", "above":0.10,"paging":{"size":2}}"#;
    let server = server(|asked| match asked {
        first if !first.contains("token") => ok(json!({"result": {"orders": [1, 2], "paging": {"token": "t 2"}}})),
        second if second.contains(r#""paging":{"size":2,"token":"t 2"}"#) => {
            ok(json!({"result": {"orders": null, "paging": {"token": "t3"}}}))
        }
        third if third.contains(r#""paging":{"size":2,"token":"t3"}"#) => ok(json!({"result": {}})),
        other => panic!("{other}"),
    })
    .await;
    let (came, error) = all(client(&server).pages(Call::new("search_orders").body(body))).await;
    assert_eq!((came.len(), error.map(|error| error.to_string())), (3, None));
    // What is not of the page stays digit by digit.
    assert!(everything(&server).iter().all(|asked| asked.contains(r#""above":0.10"#)));

    let (lines, ..) = read(Call::new("search_sales").body("day=2026-01-31"), |asked| match asked {
        "sales/search day=2026-01-31" => ok(json!({"sales": ["a"], "pages": 2})),
        "sales/search day=2026-01-31&page=2" => ok(json!({"sales": ["b"], "pages": "2"})),
        other => panic!("{other}"),
    })
    .await;
    assert_eq!(lines.len(), 2);

    // From the page that the caller says.
    let (lines, ..) = read(Call::new("list_customers").value("page", "1"), |asked| match asked {
        "customers?page=1" => ok(json!({"customers": [], "meta": {"pages": 4}})),
        "customers?page=2" => ok(json!({"customers": ["b"], "meta": {"pages": 4}})),
        "customers?page=3" => ok(json!({"customers": ["c"], "meta": {"pages": 4}})),
        other => panic!("{other}"),
    })
    .await;
    assert_eq!(lines.len(), 3);

    let holds = Call::new("list_holds").parameter("page", &json!({"size": 2})).value("items", "x");
    let (lines, ..) = read(holds, |asked| match asked {
        "holds?items=x&page%5Bsize%5D=2" => ok(json!({"items": [1, 2], "total": 3})),
        "holds?items=x&page%5Bnumber%5D=2&page%5Bsize%5D=2" => ok(json!({"items": [3], "total": 3})),
        other => panic!("{other}"),
    })
    .await;
    assert_eq!(lines.len(), 2);

    // A total says which page is the last, also where it is full, if it is known how many are on one.
    for (size, pages) in [(2, 2), (0, 3)] {
        let holds = Call::new("list_holds").parameter("page", &json!({"size": size}));
        let (lines, _, error) = read(holds, |asked| match asked {
            first if !first.contains("number") => ok(json!({"items": [1, 2], "total": 4})),
            second if second.contains("page%5Bnumber%5D=2") => ok(json!({"items": [3, 4], "total": 4})),
            third if third.contains("page%5Bsize%5D=0") => ok(json!({"items": [], "total": 4})),
            other => panic!("{other}"),
        })
        .await;
        assert_eq!((lines.len(), error.is_none()), (pages, true), "{size}");
    }

    // An offset counts what came, whatever was asked for.
    let (lines, ..) = read(Call::new("list_events").value("skip", "5"), |asked| match asked {
        "events?skip=5" => headed("X-Total", "8", json!(["a", "b"])),
        "events?skip=7" => headed("X-Total", "8", json!(["c"])),
        other => panic!("{other}"),
    })
    .await;
    assert_eq!(lines.len(), 2);
    let (lines, _, error) = read(Call::new("list_events"), |asked| match asked {
        "events" => ok(json!(["a", "b"])),
        "events?skip=2" => ok(json!([])),
        other => panic!("{other}"),
    })
    .await;
    assert_eq!((lines.len(), error.is_none()), (2, true), "without a total, an empty page is the last");
}

#[tokio::test]
async fn a_link_says_values_of_the_operations_own_parameters_and_is_never_called() {
    let logs = || Call::new("list_logs").value("tenant", "a/b").value("level", "x").value("level", "y");
    let (lines, came, error) = read(logs(), |asked| match asked {
        "tenants/a%2Fb/logs?level=x&level=y" => {
            // What the client fills in it fills in anew, and other parameters are as the link has them.
            headed("Link", "<?level=y&sent=1&page=2>; rel=\"next\", <?page=9>; rel=last", json!(["a"]))
        }
        "tenants/a%2Fb/logs?level=y&page=2" => headed("Link", "<?page=1>; rel=prev", json!(["b"])),
        other => panic!("{other}"),
    })
    .await;
    assert_eq!((lines.len(), came, error.map(|error| error.to_string())), (2, 2, None));

    for (link, why) in [
        ("<https://elsewhere.example/base/tenants/a%2Fb/logs?page=2>", "leads elsewhere"),
        ("<//127.0.0.1:1/base/tenants/a%2Fb/logs?page=2>", "leads elsewhere"),
        ("</base/tenants/other/logs?page=2>", "leads elsewhere"),
        ("</base/tenants/a/b/logs?page=2>", "leads elsewhere"),
        ("<../logs/?page=2>", "leads elsewhere"),
        ("<javascript:alert(1)>", "leads elsewhere"),
        ("<http://[>", "is no URL"),
        ("<?page=2&api_key=SENTINEL>", "a parameter that the document does not have"),
    ] {
        let link = format!("{link}; rel=next");
        let server = server(move |_| headed("Link", &link, json!(["a"]))).await;
        let (came, error) = all(client(&server).pages(logs())).await;
        let (error, text) = (error.as_ref().unwrap(), error.as_ref().unwrap().to_string());
        assert!(text.contains(why) && !text.contains("SENTINEL"), "{why}: {text}");
        assert_eq!((came.len(), server.received().len()), (0, 1), "{why}");
        assert!(matches!(error, Error::InvalidResponse(_)), "{error:?}");
    }
    // Neither with a name nor with a password, which reqwest would send.
    for login in ["user@", ":word@"] {
        let address = Arc::new(OnceLock::new());
        let own = Arc::clone(&address);
        let server = server(move |_| {
            let address: &String = own.get().unwrap();
            let link = format!("<//{login}{address}/base/tenants/a%2Fb/logs?page=2>; rel=next");
            headed("Link", &link, json!(["a"]))
        })
        .await;
        address.set(server.url().trim_start_matches("http://").to_owned()).unwrap();
        let (came, error) = all(client(&server).pages(logs())).await;
        assert!(error.unwrap().to_string().contains("leads elsewhere"));
        assert_eq!((came.len(), server.received().len()), (0, 1), "{login}");
    }
}

#[tokio::test]
async fn an_error_ends_the_stream_and_its_page_can_be_asked_for_again() {
    let server = Server::start(|number, received| match (number, &*asked(received)) {
        (_, "payments?limit=2") => of_payments(&["p1", "p2"], json!("c1")),
        (1, "payments?after=c1&limit=2") => Reply::json(500, "{}"),
        (_, "payments?after=c1&limit=2") => of_payments(&["p3"], json!("c2")),
        (_, "payments?after=c2&limit=2") => of_payments(&["p4"], json!(null)),
        (_, other) => panic!("{other}"),
    })
    .await;
    let client = client(&server);
    let mut items = payments(&client);
    let mut came = Vec::new();
    let error = loop {
        match items.next().await.unwrap() {
            Ok(id) => came.push(id),
            Err(error) => break error,
        }
    };
    assert_eq!((error.kind(), error.status()), (Kind::Unavailable, Some(500)));
    assert!(items.next().await.is_none() && items.next().await.is_none());
    let kept = items.position().unwrap().expose().to_owned();
    let rest: Vec<String> = payments(&client).starting_at(kept).try_collect().await.unwrap();
    came.extend(rest);
    assert_eq!(came, ["p1", "p2", "p3", "p4"]);

    for other in ["page=2", "after=x&after=y", "", "limit=1"] {
        let error = payments(&client).starting_at(other).next().await.unwrap().unwrap_err().to_string();
        assert!(error.contains("the position is none of this list"), "{other}: {error}");
    }
    let link = client.pages::<Value>(Call::new("list_logs").value("tenant", "t")).starting_at("level=x&page=2&sent=1");
    assert!(all(link).await.1.unwrap().to_string().contains("none of this list"));
    assert_eq!(server.received().len(), 4, "nothing was sent for them");
}

#[tokio::test]
async fn a_page_is_tried_again_as_any_call_is() {
    let server = Server::start(|number, received| match (number, &*asked(received)) {
        (0, _) => of_payments(&["p1"], json!("c1")),
        (1, "payments?after=c1&limit=2") => Reply::with(503, &[("Retry-After", "0")], ""),
        (2, "payments?after=c1&limit=2") => of_payments(&["p2"], json!(null)),
        (_, other) => panic!("{other}"),
    })
    .await;
    let client = builder().base_url(format!("{}/base", server.url())).build().unwrap();
    let ids: Vec<String> = payments(&client).try_collect().await.unwrap();
    assert_eq!((ids, server.received().len()), (vec!["p1".to_owned(), "p2".to_owned()], 3));
}

#[tokio::test]
async fn a_provider_that_goes_round_in_a_circle_is_an_error_before_anything_comes_twice() {
    // The same cursor again, also that of the first page, and a circle of several.
    for (cursors, pages) in [(vec!["a", "a"], 1), (vec!["x"], 0), (vec!["a", "b", "c", "a"], 3)] {
        let (count, given) = (std::sync::atomic::AtomicUsize::new(0), cursors.len());
        let server = server(move |_| {
            let number = count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            of_payments(&[&number.to_string()], json!(cursors[number]))
        })
        .await;
        let (came, error) = all(client(&server).pages(Call::new("list_payments").value("after", "x"))).await;
        assert!(error.unwrap().to_string().contains("is one that came before"));
        assert_eq!((came.len(), server.received().len()), (pages, given));
    }
    // A provider that does not know of pages responds with the same one for ever.
    let same = |call| read(call, |_| ok(json!([{"id": "r1"}, {"id": "r2"}])));
    let (lines, came, error) = same(Call::new("list_refunds")).await;
    assert_eq!((lines, came), (vec!["refunds".to_owned(), "refunds?page=2".to_owned()], 1));
    assert!(error.unwrap().to_string().contains("the very items of the page before"));
    let (_, came, error) = same(Call::new("list_events")).await;
    assert_eq!((came, error.is_some()), (1, true));
    let link = |_: &str| headed("Link", "<?page=1>; rel=next", json!(["a"]));
    let (_, came, error) = read(Call::new("list_logs").value("tenant", "t"), link).await;
    assert_eq!((came, error.is_some()), (1, true));
    // A cursor tells pages apart that have the same items.
    let (lines, _, error) = read(Call::new("list_payments"), |asked| match asked {
        "payments" => of_payments(&["p1"], json!("a")),
        "payments?after=a" => of_payments(&["p1"], json!(null)),
        other => panic!("{other}"),
    })
    .await;
    assert_eq!((lines.len(), error.is_none()), (2, true));
    // One that goes on with other items is none of these.
    let (lines, _, error) = read(Call::new("list_refunds"), |asked| match asked {
        "refunds" => ok(json!([1, 2])),
        "refunds?page=2" => ok(json!([2, 1])),
        "refunds?page=3" => ok(json!([])),
        other => panic!("{other}"),
    })
    .await;
    assert_eq!((lines.len(), error.is_none()), (3, true));
}

#[tokio::test]
async fn pages_without_items_are_gone_through_but_not_for_ever() {
    let empty = |last: usize| {
        let count = std::sync::atomic::AtomicUsize::new(0);
        move |_: &str| {
            let number = count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            if number == last { of_payments(&["p"], json!(null)) } else { of_payments(&[], json!(number.to_string())) }
        }
    };
    let (lines, came, error) = read(Call::new("list_payments"), empty(100)).await;
    assert_eq!((lines.len(), came, error.is_none()), (101, 101, true));
    let (lines, came, error) = read(Call::new("list_payments"), empty(1_000)).await;
    assert_eq!((lines.len(), came), (101, 100));
    assert!(error.unwrap().to_string().contains("more than 100 pages without an item"));
}

#[tokio::test]
async fn what_does_not_say_how_the_list_goes_on_is_an_error_and_not_its_end() {
    let call = Call::new;
    for (call, page, why) in [
        (call("list_charges"), ok(json!({"data": [{"id": "1"}], "has_more": "maybe"})), "neither true nor false"),
        (call("list_charges"), ok(json!({"data": [], "has_more": true})), "and has no item"),
        (call("list_charges"), ok(json!({"data": [{"no": 1}], "has_more": true})), "nothing is at \"/id\""),
        (call("list_payments"), ok(json!({"payments": {}, "next": null})), "no list is at \"/payments\""),
        (call("list_payments"), ok(json!({"payments": [], "next": {"a": 1}})), "\"/next\" is no text"),
        (call("list_customers"), ok(json!({"customers": ["a"], "meta": {"pages": "few"}})), "is no number"),
        (call("list_events"), headed("X-Total", "-1", json!(["a"])), "the header X-Total is no number"),
        (call("list_events"), headed("X-Total", "5", json!([])), "says that there are more items, and has none"),
        (call("list_events").value("skip", "18446744073709551615"), ok(json!(["a"])), "the list is too long"),
    ] {
        let (_, came, error) = read(call, move |_| page.clone()).await;
        let error = error.unwrap_or_else(|| panic!("{why}"));
        assert!(error.to_string().contains(why) && came == 0, "{why}: {error}");
        assert!(error.may_have_been_carried_out() && error.status() == Some(200), "{error:?}");
    }
    // A list that says that it goes on, and not how.
    let mut plan =
        countersign_spec::read("pages.yaml", PAGES).unwrap_or_else(|findings| panic!("{findings}")).plan().clone();
    let payments = plan.operations.to_mut().iter_mut().find(|operation| operation.id == "list_payments").unwrap();
    payments.paging.as_mut().unwrap().more = Some(Found::Field("/more".into()));
    let says_more = server(|_| ok(json!({"payments": [], "next": null, "more": true}))).await;
    let builder = Builder::new(Arc::new(plan)).credential("api_key", "a key").base_url(says_more.url() + "/base");
    let error = all(builder.build().unwrap().pages(call("list_payments"))).await.1.unwrap();
    assert!(error.to_string().contains("it says that there are more pages, and \"/next\" is not there"), "{error}");

    let server = server(|_| Reply::json(200, "{}")).await;
    let nothing = |call| all(client(&server).pages(call));
    assert!(nothing(call("other")).await.1.unwrap().to_string().contains("no such operation"));
    assert!(nothing(call("list_logs")).await.1.unwrap().to_string().contains("tenant: it is required"));
    assert!(nothing(call("list_refunds").value("page", "x")).await.1.unwrap().to_string().contains("whole number"));
    assert_eq!(server.received().len(), 0);
}

#[tokio::test]
async fn a_page_that_is_waited_for_no_longer_comes_with_the_next_wait() {
    let server = Server::start(|number, _| match number {
        0 => Reply::After(Duration::from_millis(300), Box::new(of_payments(&["p1"], json!(null)))),
        _ => panic!("it is asked for twice"),
    })
    .await;
    let mut items = payments(&client(&server));
    let waited = tokio::time::timeout(Duration::from_millis(50), items.next()).await;
    assert!(waited.is_err());
    assert_eq!(items.next().await.unwrap().unwrap(), "p1");
    assert!(items.next().await.is_none());
}

#[tokio::test]
async fn a_cursor_is_not_printed_and_a_sandbox_takes_each_page() {
    let sandbox = Sandbox::start(("pages", PAGES)).await.unwrap();
    let client = sandbox.fill(builder()).base_url(sandbox.url()).build().unwrap();
    let orders = Call::new("search_orders").value("state", "all");
    let mut pages = client.pages::<Value>(orders.clone());
    let first = pages.next().await.unwrap().unwrap();
    assert_eq!(first["result"]["orders"][0]["number"], 1);
    assert_eq!(
        format!("{pages:?} {:?}", pages.position().unwrap()),
        "Pages { operation: \"search_orders\", .. } Position([redacted])"
    );
    assert_eq!(pages.next().await.unwrap().unwrap()["result"]["orders"][0]["number"], 2);
    assert!(pages.next().await.is_none());
    let ids: Vec<String> = payments(&client).try_collect().await.unwrap();
    assert_eq!(ids, ["p1", "p2", "p3"]);
    // One that has the same example for every page is found out.
    let (came, error) = all(client.pages(Call::new("list_refunds").value("per_page", "1"))).await;
    assert_eq!((came.len(), error.is_some()), (1, true));
    assert!(sandbox.received().iter().all(|received| !received.is_refused()), "{:?}", sandbox.received());
    let told = format!("{:?}", client.items::<Value, Value>(orders, |page| vec![page]).starting_at("SENTINEL"));
    assert_eq!(told, "Items { operation: \"search_orders\", .. }");
    assert!(!told.contains("SENTINEL"), "{told}");
}

#[tokio::test]
async fn streams_can_be_sent_to_other_threads() {
    fn assert_send<T: Send + Unpin>(of: T) -> T {
        of
    }
    let server = server(|_| of_payments(&["p1"], json!(null))).await;
    let client = client(&server);
    let mut items = assert_send(payments(&client));
    let mut pages = assert_send(client.pages::<Value>(Call::new("list_payments")));
    let all = tokio::spawn(async move { (items.next().await.is_some(), pages.next().await.is_some()) });
    assert_eq!(all.await.unwrap(), (true, true));
}

#[tokio::test]
async fn a_next_page_that_cannot_be_asked_for_is_an_error_of_its_own() {
    let long = "x".repeat(100_000);
    let server = server(move |asked| match asked {
        "payments?limit=2" => of_payments(&["p1"], json!(long)),
        other => panic!("{other}"),
    })
    .await;
    let mut items = payments(&client(&server));
    assert_eq!(items.next().await.unwrap().unwrap(), "p1");
    let error = items.next().await.unwrap().unwrap_err();
    assert_eq!(error.to_string(), "list_payments was not sent: the HTTP client does not take the request");
    assert!(!error.may_have_been_carried_out() && error.attempts() == 0, "{error:?}");
    assert!(items.next().await.is_none() && items.position().is_some());
    assert_eq!(server.received().len(), 1);

    // What is in a header's way, or in a line's, is in none of a URL.
    let (lines, came, error) = read(Call::new("list_payments"), |asked| match asked {
        "payments" => of_payments(&["p1"], json!("a\r\nX: y\u{0}")),
        "payments?after=a%0D%0AX%3A+y%00" => of_payments(&["p2"], json!(null)),
        other => panic!("{other}"),
    })
    .await;
    assert_eq!((lines.len(), came, error.is_none()), (2, 2, true));

    let twice = |_: &str| headed("Link", "<?page=2&page=3>; rel=next", json!(["a"]));
    let (lines, came, error) = read(Call::new("list_logs").value("tenant", "t"), twice).await;
    assert_eq!((lines.len(), came), (1, 1));
    assert!(error.unwrap().to_string().contains("list_logs was not sent: page: it is given more than once"));
}
