//! The webhooks of public providers, as they publish them, and what an attacker makes of them.

use countersign_plan::words::*;
use countersign_plan::{
    Alphabet, Credential, Encoding, Fields, Function, Hash, Operation, Plan, RequestPart, Slot, TimeFormat, Value,
    list, texts,
};
use http::HeaderName;
use uuid::Uuid;

use super::*;

/// An event, by the webhook that it was.
#[derive(Debug, PartialEq)]
enum Any {
    Known(String, Vec<u8>),
    Unknown(Bytes),
}

impl Event for Any {
    fn read(webhook: &str, body: &[u8]) -> Result<Self, String> {
        Ok(Self::Known(webhook.to_owned(), body.to_vec()))
    }

    fn unknown(body: Bytes) -> Self {
        Self::Unknown(body)
    }
}

fn event(encoding: Encoding, slots: Vec<Slot>) -> Operation {
    let operation = operation("event", "POST", "/").slots(slots.into()).arranged().unwrap();
    Operation { body: Some(encoding), ..operation }
}

fn with(webhook: Webhook) -> WebhooksBuilder {
    let credential = Credential::text("key", "The key.");
    let plan = Plan { webhooks: vec![webhook].into(), ..plan("acme", "Acme").credentials(list![]) };
    WebhooksBuilder::new(Arc::new(Plan { credentials: vec![credential].into(), ..plan }))
}

fn headers(headers: &[(&str, &str)]) -> HeaderMap {
    let header = |(name, value): &(&str, &str)| (name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
    headers.iter().map(header).collect()
}

fn key() -> List<Value> {
    list![credential("key")]
}

fn body() -> Value {
    request(RequestPart::Body)
}

/// A body of which everything is different by one byte.
fn changed(body: &str) -> Vec<String> {
    (0..body.len())
        .map(|place| {
            let mut bytes = body.as_bytes().to_vec();
            bytes[place] = if bytes[place] == b'1' { b'2' } else { b'1' };
            String::from_utf8(bytes).unwrap()
        })
        .collect()
}

// https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
fn github() -> Webhook {
    let value = vec![text("sha256="), hex(vec![hmac(Hash::Sha256, key(), vec![body()].into())].into())];
    webhook(event(Encoding::Json, vec![header("X-Hub-Signature-256").required().filled(value.into())]))
}

const GITHUB: &str = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

#[test]
fn a_body_that_is_no_event_is_verified_and_unknown() {
    let webhooks = with(github()).credential("key", "It's a Secret to Everybody").build().unwrap();
    let verify = |headers: &HeaderMap, body: &str| webhooks.verify::<Any>(headers, body.to_owned());
    let signed = headers(&[("x-hub-signature-256", GITHUB)]);
    assert_eq!(verify(&signed, "Hello, World!").unwrap().event, Any::Unknown("Hello, World!".into()));
    for wrong in changed("Hello, World!") {
        assert_eq!(verify(&signed, &wrong).unwrap_err().fault, WebhookFault::Wrong, "{wrong}");
    }
    let missing = verify(&headers(&[]), "Hello, World!").unwrap_err();
    assert_eq!((missing.fault, missing.name.as_deref()), (WebhookFault::Missing, Some("X-Hub-Signature-256")));
    for wrong in ["", "sha256=", &GITHUB[7..], &GITHUB.to_uppercase(), &GITHUB[..70], &format!("{GITHUB},{GITHUB}")] {
        let error = verify(&headers(&[("x-hub-signature-256", wrong)]), "Hello, World!").unwrap_err();
        assert_eq!(error.fault, WebhookFault::Wrong, "{wrong}");
    }
    let mut twice = signed.clone();
    twice.append("x-hub-signature-256", "sha256=00".parse().unwrap());
    assert_eq!(verify(&twice, "Hello, World!").unwrap_err().fault, WebhookFault::Malformed);
    assert_eq!(webhooks.verify::<Any>(&signed, &b"\xff"[..]).unwrap_err().fault, WebhookFault::Malformed);
}

#[test]
fn a_key_is_replaced_while_both_are_in_use() {
    let signed = headers(&[("x-hub-signature-256", GITHUB)]);
    let verify = |keys: &[&str]| {
        let builder = keys.iter().fold(with(github()), |builder, key| builder.credential("key", *key));
        builder.build().unwrap().verify::<Any>(&signed, "Hello, World!").map(drop).map_err(|error| error.fault)
    };
    assert_eq!(verify(&["new", "It's a Secret to Everybody"]), Ok(()));
    assert_eq!(verify(&["It's a Secret to Everybody", "new"]), Ok(()));
    assert_eq!(verify(&["new", "newer"]), Err(WebhookFault::Wrong));
    for builder in [with(github()), with(github()).credential("key", "")] {
        let error = builder.build().unwrap_err().to_string();
        assert!(error.contains("key is"), "{error}");
    }
}

// https://github.com/stripe/stripe-go, a test of its webhooks
const STRIPE: &str = "{\n  \"id\": \"evt_123\",\n  \"object\": \"event\",\n  \"account\": \"acct_123\",\n  \"api_version\": \"2017-05-25\",\n  \"created\": 1533204620,\n  \"data\": {\n    \"object\": {\n      \"id\": \"ii_123\",\n      \"object\": \"invoiceitem\",\n      \"amount\": 1000,\n      \"currency\": \"usd\",\n      \"customer\": \"cus_123\",\n      \"date\": 1533204620,\n      \"description\": \"Test Invoice Item\",\n      \"discountable\": false,\n      \"invoice\": \"in_123\",\n      \"livemode\": false,\n      \"metadata\": {},\n      \"period\": {\n        \"start\": 1533204620,\n        \"end\": 1533204620\n      },\n      \"plan\": null,\n      \"proration\": false,\n      \"quantity\": null,\n      \"subscription\": null\n    }\n  },\n  \"livemode\": false,\n  \"pending_webhooks\": 1,\n  \"request\": {\n    \"id\": \"req_123\",\n    \"idempotency_key\": \"idempotency-key-123\"\n  },\n  \"type\": \"invoiceitem.created\"\n}\n";

const STRIPE_SIGNATURE: &str = "t=1533204620,v1=f0bdba6d4eacbd8ad8a3bbadd7248e633ec1477f7899c124c51b39405fa36613,v0=63f3a72374a733066c4be69ed7f8e5ac85c22c9f0a6a612ab9a025a9e4ee7eef";

fn stripe() -> Webhook {
    let tag = hmac(Hash::Sha256, key(), vec![made("t"), text("."), body()].into());
    let v1 = entry("v1", vec![hex(vec![tag].into())].into());
    let signed = parts(vec![entry("t", list![made("t")]), v1].into(), ",", "=");
    let slots = vec![
        value("t", list![UNIX]),
        header("Stripe-Signature").required().filled(vec![signed].into()),
        field("/type"),
        field("/id"),
    ];
    webhook(event(Encoding::Json, slots))
        .when(list![is_one_of("/type", texts!["invoiceitem.created", "invoiceitem.deleted"])])
        .sent_at(list![made("t")], TimeFormat::Unix, 300)
        .event_id(list![sent_field("id")])
}

/// Moments so many seconds after that of Stripe's vector.
fn stripe_at(seconds: i64) -> Moment {
    let now = Timestamp::from_second(1_533_204_620 + seconds).unwrap();
    Moment::fixed(now, Uuid::nil(), |_| {})
}

#[test]
fn an_event_is_known_by_its_conditions_and_has_an_id_and_a_time() {
    let webhooks = with(stripe()).credential("key", "webhook_secret").moments(|| stripe_at(299)).build().unwrap();
    let signed = headers(&[("stripe-signature", STRIPE_SIGNATURE)]);
    let delivery = webhooks.verify::<Any>(&signed, STRIPE).unwrap();
    assert_eq!(delivery.event, Any::Known("event".into(), STRIPE.into()));
    assert_eq!((delivery.id.as_deref(), delivery.sent_at.unwrap().as_second()), (Some("evt_123"), 1_533_204_620));
    for wrong in changed(STRIPE) {
        let error = webhooks.verify::<Any>(&signed, wrong.clone()).unwrap_err();
        assert!(matches!(error.fault, WebhookFault::Wrong | WebhookFault::Missing), "{error}: {wrong}");
    }
    // The time is signed, and one right signature of several is enough.
    let tag = &STRIPE_SIGNATURE[13..80];
    for (signature, fault) in [
        (format!("t=1533204620,v1=00,{tag}"), None),
        (format!("t=1533204620,{tag},v1=00"), None),
        (format!("t=1533204621,{tag}"), Some(WebhookFault::Wrong)),
        ("t=1533204620,v1=00".into(), Some(WebhookFault::Wrong)),
        ("t=1533204620,v1=".into(), Some(WebhookFault::Wrong)),
        ("t=1533204620".into(), Some(WebhookFault::Wrong)),
        (tag.to_owned(), Some(WebhookFault::Wrong)),
        (STRIPE_SIGNATURE.replace("v1=", "v2="), Some(WebhookFault::Wrong)),
    ] {
        let result = webhooks.verify::<Any>(&headers(&[("stripe-signature", &signature)]), STRIPE);
        assert_eq!(result.err().map(|error| error.fault), fault, "{signature}");
    }
}

#[test]
fn keys_come_from_the_environment_unless_they_are_given() {
    let read = |name: &str| Ok((name == "ACME_KEY").then(|| "It's a Secret to Everybody".to_owned()));
    let signed = headers(&[("x-hub-signature-256", GITHUB)]);
    let verifies = |builder: WebhooksBuilder| builder.build().unwrap().verify::<Any>(&signed, "Hello, World!").is_ok();
    assert!(verifies(with(github()).env_from(read)));
    // The environment is no second key beside one that is given.
    assert!(!verifies(with(github()).credential("key", "another").env_from(read)));
    let missing = with(github()).env_from(|_| Ok(None)).build().unwrap_err().to_string();
    assert!(missing.contains("key is missing: The key."), "{missing}");
    let both = with(github()).env_from(|_| Ok(Some("a value".to_owned()))).build().unwrap_err().to_string();
    assert!(both.contains("both ACME_KEY and ACME_KEY_FILE are set"), "{both}");
}

#[test]
fn what_was_sent_too_long_ago_or_in_the_future_is_stale() {
    let signed = headers(&[("stripe-signature", STRIPE_SIGNATURE)]);
    let fault = |builder: WebhooksBuilder| {
        let webhooks = builder.credential("key", "webhook_secret").build().unwrap();
        webhooks.verify::<Any>(&signed, STRIPE).err().map(|error| (error.fault, error.name))
    };
    let stale = Some((WebhookFault::Stale, Some("timestamp".to_owned())));
    assert_eq!(fault(with(stripe()).moments(|| stripe_at(301))), stale);
    assert_eq!(fault(with(stripe()).moments(|| stripe_at(-301))), stale);
    assert_eq!(fault(with(stripe()).moments(|| stripe_at(300))), None);
    assert_eq!(fault(with(stripe())), stale, "the default is the clock");
    assert_eq!(fault(with(stripe()).moments(|| stripe_at(301)).age(Duration::from_secs(302))), None);
    // It is stale by the key that made it, whatever other keys there are.
    assert_eq!(fault(with(stripe()).credential("key", "another")), stale);
}

#[test]
fn several_signatures_in_one_header_and_a_key_with_a_prefix() {
    // https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
    let secret = from_base64(vec![apply2(Function::After, list![text("whsec_")], key())].into());
    let signed = vec![sent_header("webhook-id"), text("."), sent_header("webhook-timestamp"), text("."), body()];
    let tag = base64(vec![hmac(Hash::Sha256, vec![secret].into(), signed.into())].into());
    let value = parts(vec![entry("v1", vec![tag].into())].into(), " ", ",");
    let slots = vec![
        header("webhook-signature").required().filled(vec![value].into()),
        header("webhook-id").required(),
        header("webhook-timestamp").required(),
    ];
    let standard = webhook(event(Encoding::Json, slots))
        .sent_at(list![sent_header("webhook-timestamp")], TimeFormat::Unix, 300)
        .event_id(list![sent_header("webhook-id")]);
    let now = || Moment::fixed(Timestamp::from_second(1_614_265_330).unwrap(), Uuid::nil(), |_| {});
    let webhooks =
        with(standard).credential("key", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").moments(now).build().unwrap();
    let right = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    for (signature, is_right) in [
        (right.to_owned(), true),
        (format!("v1,AAAA {right}"), true),
        (format!("v2,{} {right} v1a,x", &right[3..]), true),
        (format!("v2,{}", &right[3..]), false),
        (right[..46].to_owned(), false),
    ] {
        let headers = headers(&[
            ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
            ("webhook-timestamp", "1614265330"),
            ("webhook-signature", &signature),
        ]);
        let delivery = webhooks.verify::<Any>(&headers, r#"{"test": 2432232314}"#);
        assert_eq!(delivery.is_ok(), is_right, "{signature}");
        assert_eq!(
            delivery.ok().and_then(|delivery| delivery.id),
            is_right.then(|| "msg_p5jXN8AQM9LWM0D4loKWxJek".into())
        );
    }
}

#[test]
fn a_url_and_a_form_are_signed() {
    // https://www.twilio.com/docs/usage/webhooks/webhooks-security.md
    let pairs = selected(Fields::new(BY_NAME).each(list![NAME, CONTENT]));
    let tag = hmac(Hash::Sha1, key(), vec![request(RequestPart::Url), pairs].into());
    let slots = vec![header("X-Twilio-Signature").required().filled(vec![base64(vec![tag].into())].into())];
    let webhooks = with(webhook(event(Encoding::Form, slots))).credential("key", "12345").build().unwrap();
    let form = "CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212";
    let signed = headers(&[("x-twilio-signature", "RSOYDt4T1cUTdK1PDd93/VVr8B8=")]);
    let verify = |uri: &str, form: &str| webhooks.verify_at::<Any>(&uri.parse().unwrap(), &signed, form.to_owned());
    let uri = "https://mycompany.com/myapp.php?foo=1&bar=2";
    verify(uri, form).unwrap();
    let other_order =
        "To=%2B18005551212&From=%2B14158675309&Digits=1234&Caller=%2B14158675309&CallSid=CA1234567890ABCDE";
    verify(uri, other_order).unwrap();
    for (uri, form) in [
        ("https://mycompany.com/myapp.php?foo=1", form),
        ("http://mycompany.com/myapp.php?foo=1&bar=2", form),
        ("https://other.com/myapp.php?foo=1&bar=2", form),
        ("/myapp.php?foo=1&bar=2", form),
        (uri, &form[..form.len() - 1]),
        (uri, &format!("{form}&x=")),
    ] {
        assert_eq!(verify(uri, form).unwrap_err().fault, WebhookFault::Wrong, "{uri} {form}");
    }
    verify(uri, &format!("{form}&To=1")).unwrap_err();
}

#[test]
fn a_field_of_a_form_is_a_signature() {
    // https://yoomoney.ru/docs/payment-buttons/using-api/notifications
    let names = ["notification_type", "operation_id", "amount", "currency", "datetime", "sender", "codepro"];
    let first: List<Text> = names.iter().map(|name| Text::Borrowed(name)).collect::<Vec<_>>().into();
    let first = selected(Fields::new(these(first)).separator(list![text("&")]));
    let all = join("&", vec![first, credential("key"), sent_field("label")].into());
    let value = hex(vec![sha_1(vec![all].into())].into());
    let mut slots: Vec<Slot> = vec![field("/sha1_hash").required().filled(vec![value].into()), field("/label")];
    slots.extend(names.iter().map(|name| Slot { name: format!("/{name}").into(), ..field("/") }));
    let webhooks =
        with(webhook(event(Encoding::Form, slots))).credential("key", "01234567890ABCDEF01234567890").build().unwrap();
    let form = "notification_type=p2p-incoming&operation_id=1234567&amount=300.00&currency=643&datetime=2011-07-01T09%3A00%3A00.000%2B04%3A00&sender=41001XXXXXXXX&codepro=false&label=YM.label.12345&sha1_hash=a2ee4a9195f4a90e893cff4f62eeba0b662321f9";
    webhooks.verify::<Any>(&headers(&[]), form).unwrap();
    for (from, to) in [("300.00", "3000.00"), ("f9", "fa"), ("&sha1_hash=a2ee4a9195f4a90e893cff4f62eeba0b662321f9", "")]
    {
        webhooks.verify::<Any>(&headers(&[]), form.replace(from, to)).unwrap_err();
    }
}

#[test]
fn a_signature_that_is_a_value_of_its_own_is_verified() {
    // The message tells the time, and so the value is not known before the message is read.
    let tag = hmac(Hash::Sha256, key(), vec![made("t"), text("."), body()].into());
    let v1 = entry("v1", vec![hex(vec![made("tag")].into())].into());
    let slots = vec![
        value("t", list![UNIX]),
        value("tag", vec![tag].into()),
        header("Stripe-Signature")
            .required()
            .filled(vec![parts(vec![entry("t", list![made("t")]), v1].into(), ",", "=")].into()),
    ];
    let webhooks = with(webhook(event(Encoding::Json, slots))).credential("key", "webhook_secret").build().unwrap();
    let verify = |signature: &str, body: &str| {
        webhooks.verify::<Any>(&headers(&[("stripe-signature", signature)]), body.to_owned()).map(drop)
    };
    verify(STRIPE_SIGNATURE, STRIPE).unwrap();
    let forged = format!("t=1533204620,v1={}", "0".repeat(64));
    assert_eq!(verify(&forged, STRIPE).unwrap_err().fault, WebhookFault::Wrong);
    assert_eq!(verify(STRIPE_SIGNATURE, "{}").unwrap_err().fault, WebhookFault::Wrong);
}

#[test]
fn what_nothing_vouches_for_is_not_believed() {
    let open = webhook(event(Encoding::Json, vec![header("X-Event").required()]));
    let webhooks = with(open).build().unwrap();
    let error = webhooks.verify::<Any>(&headers(&[("x-event", "paid")]), "{}").unwrap_err();
    assert!(error.to_string().contains("that only the provider can make it"), "{error}");
    // A constant that is there vouches for nothing.
    let constant = webhook(event(Encoding::Json, vec![header("X-Event").required().filled(list![text("paid")])]));
    let webhooks = with(constant).build().unwrap();
    webhooks.verify::<Any>(&headers(&[("x-event", "paid")]), "{}").unwrap_err();
    let random =
        webhook(event(Encoding::Json, vec![header("X-Nonce").required().filled(list![random(Alphabet::Hex, 4)])]));
    let webhooks = with(random).build().unwrap();
    webhooks.verify::<Any>(&headers(&[("x-nonce", "00ff")]), "{}").unwrap_err();
}

mod properties {
    use proptest::collection::vec;
    use proptest::num;
    use proptest::prelude::{prop_assert, proptest};

    use super::*;

    proptest! {
        #[test]
        fn no_bytes_are_believed_or_panic(
            signature in vec(num::u8::ANY, 0..80),
            parts in "(t|v1|v0)?=?[0-9a-f,;= \"]{0,40}",
            body in vec(num::u8::ANY, 0..60),
        ) {
            for (webhook, name) in [(stripe(), "stripe-signature"), (github(), "x-hub-signature-256")] {
                let webhooks = with(webhook).credential("key", "a key of our own").build().unwrap();
                for value in [&signature[..], parts.as_bytes()] {
                    let Ok(value) = http::HeaderValue::from_bytes(value) else { continue };
                    let headers = HeaderMap::from_iter([(name.parse().unwrap(), value)]);
                    prop_assert!(webhooks.verify::<Any>(&headers, body.clone()).is_err());
                    prop_assert!(webhooks.verify::<Any>(&headers, STRIPE).is_err());
                }
            }
        }
    }
}

/// What verifies is computed here and now, and each key is tried.
#[test]
fn keys_that_cannot_verify_and_keys_without_end_are_refused() {
    struct Far;
    impl crate::Signer for Far {
        async fn sign(&self, _: crate::ToSign) -> Result<Vec<u8>, crate::SignerError> {
            Ok(Vec::new())
        }
    }
    let signer = CredentialSource::signer(Far);
    let error = with(github()).credential("key", signer).build().unwrap_err().to_string();
    assert!(error.contains("key is not usable: a signer cannot verify"), "{error}");

    let many =
        |count: usize| (0..count).fold(with(github()), |builder, n| builder.credential("key", format!("key {n}")));
    many(MOST_SETUPS).build().unwrap();
    let error = many(MOST_SETUPS + 1).build().unwrap_err().to_string();
    assert!(error.contains("key is given too often"), "{error}");
}

/// A digest that is made once, with a key, vouches for a message as it does where it stands.
#[test]
fn a_value_that_is_made_once_with_a_key_vouches() {
    let tag = hmac(Hash::Sha256, key(), vec![body()].into());
    let slots = vec![
        value("tag", vec![hex(vec![tag].into())].into()),
        header("X-Tag").required().filled(vec![made("tag")].into()),
    ];
    let webhooks = with(webhook(event(Encoding::Json, slots))).credential("key", "It's a Secret to Everybody");
    let webhooks = webhooks.build().unwrap();
    let verify = |tag: &str| webhooks.verify::<Any>(&headers(&[("x-tag", tag)]), "Hello, World!");
    assert_eq!(verify(&GITHUB[7..]).unwrap().event, Any::Unknown("Hello, World!".into()));
    assert_eq!(verify("00").unwrap_err().fault, WebhookFault::Wrong);
}

#[test]
fn a_form_that_is_not_as_documented_says_why_and_nothing_of_it() {
    #[derive(Debug, serde::Deserialize)]
    #[allow(dead_code)]
    struct Form {
        amount: u8,
    }
    assert_eq!(read_form::<Form>(b"name=hunter2").unwrap_err(), "missing field `amount`");
    assert_eq!(read_form::<Form>(b"amount=hunter2").unwrap_err(), "a field is not of its type");
    assert_eq!(read_form::<Form>(b"amount=7").unwrap().amount, 7);
}
