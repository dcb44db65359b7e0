"""Prints what tests/documents/parcels.yaml has sent by the calls of parcels.rs: a form and its signature, and the digest of parts."""
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
def part(name, content, more=""):
    return (f'--{B}\r\nContent-Disposition: form-data; name="{name}"' + more + "\r\n\r\n").encode() + content + b"\r\n"

B = "000102030405060708090a0b0c0d0e0f"
J = "\r\nContent-Type: application/json"
scan = bytes(range(256))[:60] + b"\r\n--" + B.encode()[:8]
fields = [("purpose", "customs"), ("sender_name", "Ana López"), ("notes", '{"text":"a note","page":2}'),
    ("tags", "a"), ("tags", "b"), ("rows", '{"weight":1.50}'), ("address[city]", "Soria"), ("address[pin]", base64.b64encode(b"4711").decode())]
total = hashlib.sha256("&".join(f"{n}={v}" for n, v in fields).encode() + scan).hexdigest()
heads = {"purpose": "\r\nContent-Type: text/plain", "notes": J + "\r\nX-Kind: note", "rows": J}
parts = b"".join(part(n, v.encode(), heads.get(n, "")) for n, v in fields)
parts += part("scan", scan, '; filename="a %22b%22%0D%0A.pdf"\r\nContent-Type: application/pdf')
parts += part("photos", b"one", '; filename="file"\r\nContent-Type: image/png')
parts += part("photos", b"two", '; filename="2.jpg"\r\nContent-Type: image/jpeg')
parts += part("sum", total.encode()) + f"--{B}--\r\n".encode()
print(hashlib.sha256(parts).hexdigest())
