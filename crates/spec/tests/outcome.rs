//! What an outcome reads, held to the responses that a document describes.

#![allow(clippy::unwrap_used)] // The helpers are tests too.

use countersign_spec::read;

const PAY: &str = "
openapi: 3.0.3
info: {title: Pay, version: '1', description: A provider that does not exist.}
x-source: made up
x-outcome:
  success: [{at: /status, one-of: [ok]}]
  code: [/error/code, /errors/0/code]
  message: [/error/message]
  request-id: [/trace, {response-header: X-Trace}]
servers: [{url: https://pay.example, x-name: main, description: The one server.}]
paths:
  /payments:
    post:
      operationId: pay
      summary: Pays
      responses:
        '200':
          description: It is paid, or not.
          content:
            application/json:
              schema:
                type: object
                properties:
                  status: {type: string}
                  trace: {type: string}
                  error: {type: object, properties: {code: {type: string}, message: {type: string}}}
              example: {status: ok}
";

fn notes(changes: &[(&str, &str)]) -> Vec<String> {
    let text = changes.iter().fold(PAY.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    });
    let document = read("pay.yaml", &text).unwrap_or_else(|findings| panic!("{findings}"));
    document.notes().iter().map(|note| note.to_string().split_once('#').unwrap().1.to_owned()).collect()
}

#[test]
fn a_slip_of_the_pen_in_an_outcome_is_noted() {
    assert_eq!(notes(&[]), Vec::<String>::new());
    for (from, to, place, near) in [
        ("at: /status", "at: /statsu", "/x-outcome/success/0/at", "/status"),
        ("at: /status, one-of: [ok]", "at: [/statsu], present: true", "/x-outcome/success/0/at/0", "/status"),
        ("[/error/code, /errors/0/code]", "[/error/cod]", "/x-outcome/code/0", "/error/code"),
        ("[/error/message]", "[/eror/message]", "/x-outcome/message/0", "/error/message"),
        ("[/trace, {response-header: X-Trace}]", "[/trase]", "/x-outcome/request-id/0", "/trace"),
    ] {
        let pointer = to.trim_start_matches("at: ").trim_matches(['[', ']']).split([']', ',']).next().unwrap();
        let says =
            format!("{place}: note: no response that is described has anything at `{pointer}`, and one has `{near}`");
        assert_eq!(notes(&[(from, to)]), [says], "{to}");
    }
    // One of several is enough, and a refusal that is not described may have anything.
    assert_eq!(notes(&[("/errors/0/code", "/errr/code")]), Vec::<String>::new());
    assert_eq!(notes(&[("[/error/message]", "[/reason]")]), Vec::<String>::new());
    let open = (
        "error: {type: object, properties: {code: {type: string}, message: {type: string}}}",
        "error: {type: object, additionalProperties: true}",
    );
    assert_eq!(notes(&[open, ("[/error/message]", "[/error/mesage]")]), Vec::<String>::new());
}
