"""Prints what tests/documents/parcels.yaml has sent for the parcel of parcels.rs: the body, and its signature."""
import base64, hashlib, hmac, json
from urllib.parse import quote_plus

J = lambda v: json.dumps(v, separators=(",", ":"), ensure_ascii=False)
secret = b"a secret"
pairs = [("reference", "p-1"), ("tags", "fragile"), ("tags", "1 & 2"),
    ("sender[name]", "Ana López"), ("sender[pin]", base64.b64encode(b"4711").decode()),
    ("sender[address][city]", "Soria"), ("sender[address][lines][0]", "Calle Mayor 1"), ("sender[address][lines][1]", "2º B"),
    ("sender[stamp]", "1700000000"),
    ("items[0][sku]", "a"), ("items[0][amount]", "2"), ("items[0][price]", "12.50"),
    ("items[1][sku]", "b"), ("items[1][amount]", "1"), ("items[1][tags][0]", "x"), ("items[1][tags][1]", "y,z"),
    ("wide", "10"), ("high", "20.50"), ("codes", "1,2"), ("words", "a b,c"), ("colours", "red|blue"),
    ("labels", J([{"text": "This side up", "count": 1}])), ("options", J({"insured": True, "note": "a=b&c"})),
    ("metadata[a b]", "c"), ("metadata[order]", "17"), ("due[after]", "5"),
    ("checks", J({"kind": "age"})), ("checks", J({"kind": "id"}))]
pairs.append(("sum", hashlib.sha256("&".join(f"{n}={v}" for n, v in pairs).encode()).hexdigest()))
def value(name, text):
    encoded = quote_plus(text, safe="*-._")
    if name == "codes": encoded = encoded.replace("%2C", ",")
    if name == "words": encoded = encoded.replace("+", "%20")
    return encoded
body = "&".join(f"{quote_plus(n, safe='*-._')}={value(n, v)}" for n, v in pairs)
named = dict(pairs)
signed = "|".join(named[n] for n in ("reference", "sender[name]", "labels"))
to_sign = f"{named['sender[name]']}\n{signed}\n{body}"
print(body)
print(hmac.new(secret, to_sign.encode(), "sha256").hexdigest())
