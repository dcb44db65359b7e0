//! Lists that have pages: how they may be written, and what is a finding.

use countersign_plan::words::{at_header, at_pointer, cursor_of_last_item, link, offset, page_number};
use countersign_spec::{Rule, lint, read};

const PAGES: &str = include_str!("../../../tests/documents/pages.yaml");

fn with(replacements: &[(&str, &str)]) -> String {
    replacements.iter().fold(PAGES.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "the document no longer says {from}");
        text.replace(from, to)
    })
}

#[test]
fn what_is_written_is_what_a_plan_says() {
    let document = read("pages.yaml", PAGES).unwrap_or_else(|findings| panic!("{findings}"));
    let paging = |id: &str| document.plan().operation(id).and_then(|operation| operation.paging.clone());
    for (id, expected) in [
        ("list_charges", cursor_of_last_item("starting_after", "/id").items("/data").more(at_pointer("/has_more"))),
        ("list_trades", cursor_of_last_item("from_id", "").size_or("limit", 2)),
        ("list_customers", page_number("page", 0).items("/customers").pages(at_pointer("/meta/pages"))),
        (
            "list_holds",
            page_number("page[number]", 1).items("/items").total(at_pointer("/total")).size_or("page[size]", 20),
        ),
        ("list_events", offset("skip").total(at_header("X-Total"))),
        ("list_logs", link()),
    ] {
        assert_eq!(paging(id), Some(expected), "{id}");
    }
}

const CURSOR: &str = "{items: /payments, cursor: after, from: /next}";
const LAST: &str = "{items: /data, cursor: starting_after, from-last-item: /id, more: /has_more}";
const FIELD: &str = "{items: /result/orders, cursor: /paging/token, from: /result/paging/token}";
const NUMBER: &str = "{items: /customers, page: page, first: 0, pages: /meta/pages}";
const SHORT: &str = "{items: '', page: page, size: per_page}";
const OFFSET: &str = "{items: '', offset: skip, total: {response-header: X-Total}}";
const LINK: &str = "{items: '', link: next}";

#[test]
fn what_is_not_there_or_cannot_be_is_a_finding_that_says_what_to_write() {
    for (from, to, at, problem, remedy) in [
        (CURSOR, "{cursor: after, from: /next}", "", "`items` is missing", "`items: …`"),
        (
            CURSOR,
            "{items: /payments}",
            "",
            "does not say with what the next page is asked for",
            "`cursor`, `page`, `offset` or `link`",
        ),
        (
            CURSOR,
            "{items: /payments, cursor: after, page: limit, from: /next}",
            "",
            "does not say with what",
            "one of them alone",
        ),
        (CURSOR, "{items: /payments, cursor: after}", "", "where the next cursor is", "`from: POINTER`, or"),
        (
            CURSOR,
            "{items: /payments, cursor: after, from: /next, from-last-item: /id}",
            "",
            "where the next cursor is",
            "`from: POINTER`, or",
        ),
        (
            CURSOR,
            "{items: /payments, cursor: after, from: /next, first: 1}",
            "/first",
            "`first` is not a word of this",
            "`from`",
        ),
        (
            CURSOR,
            "{items: /payments, cursor: after, from: /next, total: /next}",
            "/total",
            "`total` is not a word of this",
            "`more`",
        ),
        (
            CURSOR,
            "{items: /payments, cursor: after, from: /next, size: limit}",
            "/size",
            "`size` says nothing beside `from`",
            "`from` alone",
        ),
        (
            CURSOR,
            "{items: /payment, cursor: after, from: /next}",
            "/items",
            "has nothing at `/payment`",
            "a JSON pointer to a property",
        ),
        (CURSOR, "{items: payments, cursor: after, from: /next}", "/items", "is not a JSON pointer", "\"/payments\""),
        (CURSOR, "{items: '', cursor: after, from: /next}", "/items", "is of type object", "of type array"),
        (
            CURSOR,
            "{items: /payments/id, cursor: after, from: /next}",
            "/items",
            "has nothing at",
            "by way of objects alone",
        ),
        (
            CURSOR,
            "{items: /payments, cursor: after, from: /payments}",
            "/from",
            "is of type array",
            "of type string, integer, number",
        ),
        (CURSOR, "{items: /payments, cursor: after, from: /nex}", "/from", "has nothing at `/nex`", "a JSON pointer"),
        (
            CURSOR,
            "{items: /payments, cursor: afterr, from: /next}",
            "/cursor",
            "has no parameter or field `afterr`",
            "`after`, or",
        ),
        (
            CURSOR,
            "{items: /payments, cursor: limit, from: /next}",
            "/cursor",
            "`limit` is of type integer",
            "of type string",
        ),
        (
            CURSOR,
            "{items: /payments, cursor: X-Signature, from: /next}",
            "/cursor",
            "the client fills in `X-Signature`",
            "that the caller gives",
        ),
        (
            CURSOR,
            "{items: /payments, cursor: after, from: {header: X-Next}}",
            "/from",
            "`response-header` is missing",
            "`response-header: …`",
        ),
        (
            CURSOR,
            "{items: /payments, cursor: after, from: {response-header: 'X Next'}}",
            "/from/response-header",
            "not the name of a header",
            "ASCII",
        ),
        (CURSOR, "{items: /payments, cursor: [after], from: /next}", "/cursor", "here is a list", "text"),
        (CURSOR, "next", "", "does not say with what", "`cursor`"),
        (
            LAST,
            "{items: /data, cursor: starting_after, from-last-item: /no, more: /has_more}",
            "/from-last-item",
            "an item of list_charges has nothing at `/no`",
            "a JSON pointer",
        ),
        (
            LAST,
            "{items: /data, cursor: starting_after, from-last-item: '', more: /has_more}",
            "/from-last-item",
            "is of type object",
            "of type string",
        ),
        (
            LAST,
            "{items: /data, cursor: starting_after, from-last-item: /id, more: /data}",
            "/more",
            "is of type array",
            "of type boolean",
        ),
        (
            FIELD,
            "{items: /result/orders, cursor: /paging, from: /result/paging/token}",
            "/cursor",
            "`/paging` is of type object",
            "of type string",
        ),
        (
            FIELD,
            "{items: /result/orders, cursor: /signed_at, from: /result/paging/token}",
            "/cursor",
            "the client fills in `/signed_at`",
            "gives as it is sent",
        ),
        (
            NUMBER,
            "{items: /customers, page: page, first: -1, pages: /meta/pages}",
            "/first",
            "no number of a page",
            "such as 0",
        ),
        (
            NUMBER,
            "{items: /customers, page: page, first: '0', pages: /meta/pages}",
            "/first",
            "no number of a page",
            "such as 0",
        ),
        (NUMBER, "{items: /customers, page: page, pages: /meta}", "/pages", "is of type object", "of type integer"),
        (
            NUMBER,
            "{items: /customers, page: page, total: /meta/pages}",
            "/total",
            "a number of items does not say",
            "`size: NAME` beside it",
        ),
        (
            NUMBER,
            "{items: /customers, page: page, pages: /meta/pages, more: /customers, size: page}",
            "/size",
            "beside `pages`",
            "`pages` alone",
        ),
        (
            SHORT,
            "{items: '', page: page, size: perpage}",
            "/size",
            "has no parameter or field `perpage`",
            "`per_page`, or",
        ),
        (
            OFFSET,
            "{items: '', offset: skip, total: {response-header: X-Total}, size: skip}",
            "/size",
            "beside `total`",
            "`total` alone",
        ),
        (LINK, "{items: '', link: prev}", "/link", "`prev` is not among its values", "`next`"),
        (LINK, "{items: '', link: next, more: /a}", "/more", "`more` is not a word of this", "`items`"),
        (LINK, "{items: '', offset: level}", "/offset", "`level` is of type array", "of type integer"),
    ] {
        let found = lint("pages.yaml", &with(&[(from, to)]));
        let is = |finding: &&countersign_spec::Finding| {
            let is_ours = matches!(finding.rule, Rule::Pages | Rule::MissingWord);
            is_ours && finding.problem.contains(problem) && finding.remedy.contains(remedy)
        };
        let finding = found.iter().find(is).unwrap_or_else(|| panic!("{to}: no {problem}; {remedy}: {found:#?}"));
        assert!(finding.pointer.ends_with(&format!("/x-pages{at}")), "{to}: {}", finding.pointer);
    }
}

#[test]
fn a_page_is_the_one_success() {
    let none = with(&[(
        "          content: {application/json: {schema: {type: array, items: {type: integer}}, examples: {one: {value: [7]}}}}\n",
        "",
    )]);
    let found = lint("pages.yaml", &none);
    assert!(found.iter().any(|finding| finding.problem.contains("has no body that could be a page")), "{found:#?}");
    let link = with(&[
        ("        - {name: level, in: query, schema: {type: array, items: {type: string}}}\n", ""),
        ("        - {name: page, in: query, schema: {type: string}}\n", ""),
    ]);
    let found = lint("pages.yaml", &link);
    assert!(found.iter().any(|finding| finding.problem.contains("that a link could tell pages by")), "{found:#?}");
    let one_of = with(&[(
        "                  data: {type: array, items: {$ref: '#/components/schemas/Payment'}}\n",
        "                  data: {oneOf: [{type: array, items: {type: string}}, {type: string}]}\n",
    )]);
    let found = lint("pages.yaml", &one_of);
    assert!(found.iter().any(|finding| finding.problem.contains("is one of several")), "{found:#?}");
}
