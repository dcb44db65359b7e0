#!/usr/bin/env python3
"""Computes the golden vectors without this project's code. Run it in its own folder: `python3 make.py` writes them, and
`python3 make.py NAME` prints the last stage of one. It needs the packages cryptography and jwcrypto."""

import base64
import datetime
import hashlib
import hmac
import json
import pathlib
import sys
import urllib.parse
import uuid

from cryptography import x509
from cryptography.hazmat.primitives import hashes, keywrap, padding, serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from jwcrypto import jwe, jwk, jws

KEY = "a key of our own, for tests"
FIELDS = {
    "mobile_no": "9876543978",
    "dob": "1958-01-02",
    "name": "José Ñandú 💳",
    "memo": "a+b&c=d%20 e",
}
MOMENT = datetime.datetime(2026, 1, 31, 12, 34, 56, 789000, tzinfo=datetime.timezone.utc)
BODY = urllib.parse.urlencode(FIELDS)
BINARY = bytes(range(256))


def write(folder, command=None, **stages):
    if len(sys.argv) > 1:
        if folder == sys.argv[1]:
            content = list(stages.values())[-1]
            sys.stdout.buffer.write(content if isinstance(content, bytes) else content.encode())
        return
    command = command or f"python3 make.py {folder}"
    folder = pathlib.Path(folder)
    folder.mkdir(exist_ok=True)
    (folder / "command").write_text(command + "\n")
    for number, (name, content) in enumerate(stages.items(), start=1):
        content = content if isinstance(content, bytes) else content.encode()
        (folder / f"{number}-{name.replace('_', '-')}").write_bytes(content)


def digest_case(folder, string, command):
    digest = hashlib.sha256(string.encode()).digest()
    write(folder, command, string_to_sign=string, digest=digest, value=digest.hex())


digest_case(
    "values-then-key",
    FIELDS["mobile_no"] + FIELDS["dob"] + KEY,
    f"printf '%s' '{FIELDS['mobile_no']}{FIELDS['dob']}{KEY}' | openssl dgst -sha256 -r | cut -d' ' -f1",
)
digest_case(
    "values-in-another-order",
    FIELDS["dob"] + FIELDS["mobile_no"] + KEY,
    f"printf '%s' '{FIELDS['dob']}{FIELDS['mobile_no']}{KEY}' | openssl dgst -sha256 -r | cut -d' ' -f1",
)
digest_case(
    "values-decoded",
    FIELDS["name"] + FIELDS["memo"] + KEY,
    f"printf '%s' '{FIELDS['name']}{FIELDS['memo']}{KEY}' | openssl dgst -sha256 -r | cut -d' ' -f1",
)
pairs = "&".join(f"{name}={FIELDS[name]}" for name in sorted(FIELDS))
digest_case("pairs-by-name", pairs, f"printf '%s' '{pairs}' | openssl dgst -sha256 -r | cut -d' ' -f1")
joined = "\n".join(["POST", "/v1/cards", "", BODY])
for bits, hash_function in ((256, hashlib.sha256), (384, hashlib.sha384), (512, hashlib.sha512)):
    tag = hmac.new(KEY.encode(), joined.encode(), hash_function).digest()
    write(
        f"hmac-sha-{bits}",
        f"printf '%b' '{joined.encode('unicode_escape').decode()}' | "
        f"openssl dgst -sha{bits} -hmac '{KEY}' -binary | openssl base64 -A",
        string_to_sign=joined,
        tag=tag,
        value=base64.b64encode(tag),
    )
for bits, hash_function in ((384, hashlib.sha384), (512, hashlib.sha512)):
    digest = hash_function(BODY.encode()).digest()
    write(
        f"sha-{bits}-of-body",
        f"printf '%s' '{BODY}' | openssl dgst -sha{bits} -r | cut -d' ' -f1 | tr a-f A-F | tr -d '\\n'",
        body=BODY,
        digest=digest,
        hex=digest.hex(),
        value=digest.hex().upper(),
    )

lower = "ABC-É".encode()
for name, content, command in (
    ("base64", base64.b64encode(BINARY), "openssl base64 -A"),
    ("base64-url", base64.urlsafe_b64encode(BINARY).rstrip(b"="), "openssl base64 -A | tr '+/' '-_' | tr -d '='"),
    (
        "base64-mime",
        b"".join(base64.b64encode(BINARY[at : at + 57]) + b"\n" for at in range(0, len(BINARY), 57)),
        "openssl base64 -A | fold -w 76; echo",
    ),
    ("hex", BINARY.hex(), "od -An -v -tx1 | tr -d ' \\n'"),
    ("percent", urllib.parse.quote(BINARY, safe="-._~"), "perl -0777 -pe 's/([^A-Za-z0-9._~-])/sprintf(\"%%%02X\", ord $1)/ge'"),
):
    write(name, f"cat {name}/1-bytes | {command}", bytes=BINARY, value=content)
write("upper", "printf '%s' 'ab-é1' | tr a-z A-Z", text="ab-é1", value="AB-é1")
write("lower", "printf '%s' 'AB-É1' | tr A-Z a-z", text="AB-É1", value="ab-É1")
write("from-hex", "printf '%s' '00fFa0' | xxd -r -p", text="00fFa0", value=bytes.fromhex("00fFa0"))
encoded = "AAEC\n/w=="
write("from-base64", "printf 'AAEC/w==' | openssl base64 -d -A", text=encoded, value=base64.b64decode(encoded))
for name, content, command in (
    ("unix", str(int(MOMENT.timestamp())), "date -u -d 2026-01-31T12:34:56Z +%s | tr -d '\\n'"),
    ("unix-millis", str(int(MOMENT.timestamp() * 1000)), "date -u -d 2026-01-31T12:34:56.789Z +%s%3N | tr -d '\\n'"),
    ("rfc3339", MOMENT.strftime("%Y-%m-%dT%H:%M:%SZ"), "date -u -d 2026-01-31T12:34:56Z +%Y-%m-%dT%H:%M:%SZ | tr -d '\\n'"),
    (
        "format-with-offset",
        MOMENT.astimezone(datetime.timezone(datetime.timedelta(hours=5, minutes=30))).strftime("%Y%m%d%H%M%S"),
        "TZ=Asia/Kolkata date -d 2026-01-31T12:34:56Z +%Y%m%d%H%M%S | tr -d '\\n'",
    ),
):
    write(f"time-{name}", command, value=content)


# ---- A request that has something in every place ---------------------------------------------------------------------

TOKEN = "a token of our own"
BASE = "https://acme.example:8443/base"
PATH = "/v1/accounts/a%20b/transfers"
QUERY = "currency=EUR&Z=1&a=2&signature=none&a=1&note=&own=x+y%26"
FORM = "amount=20.1&memo=a+b%26c&empty=&Beta=2&alpha=%C3%A9&sign=none&extra=x%7Ey"
HEADERS = {
    "x-gcs-servermeta": "s",
    "x-gcs-clientmeta": "  padded  ",
    "date": "Sat, 31 Jan 2026 12:34:56 GMT",
    "signature": 't=1769862896, v1="ab=c,d",v0=old',
    "x-signed": "amount,alpha memo",
}
of_query = urllib.parse.parse_qsl(QUERY, keep_blank_values=True)
of_form = urllib.parse.parse_qsl(FORM, keep_blank_values=True)
form = dict(of_form)


def but(own, pairs):
    return [(name, value) for name, value in pairs if name != own]


def written(pairs, equals="=", between="&"):
    return between.join(name + equals + value for name, value in pairs)


def encoded(text):
    return urllib.parse.quote(text, safe="")


write("fields-of-query", value=written(but("signature", of_query)))
write(
    "fields-of-query-encoded",
    value=written(sorted((encoded(name), encoded(value)) for name, value in but("signature", of_query))),
)
both = but("signature", of_query) + of_form + [("token", TOKEN)]
write(
    "fields-of-query-and-body",
    value=written(sorted((name, value) for name, value in both if value and name not in ("sign", "extra"))),
)
write(
    "fields-ignoring-case",
    value="|".join(value for _, value in sorted(but("sign", of_form), key=lambda pair: pair[0].lower())),
)
upper = sorted((name.upper(), value) for name, value in but("sign", of_form) if value)
string = "".join(f"{name}={value}{KEY}" for name, value in upper)
digest = hashlib.sha1(string.encode()).digest()
write(
    "fields-with-a-key-after-each",
    f"printf '%s' '{string}' | openssl dgst -sha1 -r | cut -d' ' -f1 | tr a-f A-F | tr -d '\\n'",
    string_to_sign=string,
    digest=digest,
    hex=digest.hex(),
    value=digest.hex().upper(),
)
write("fields-named-in", value=written((name, form[name]) for name in ("amount", "alpha", "memo")))
write(
    "fields-listed-with-others",
    value=written([("token", TOKEN), ("amount", "20.1"), ("absent", ""), ("memo", form["memo"]), ("merchant", "MX")]),
)
write("fields-between-secrets", value=form["amount"] + KEY + form["memo"])
listed = ["x-gcs-servermeta", "date", "x-gcs-clientmeta"]
write("headers-listed", value="".join(f"{name}:{HEADERS[name].strip()}\n" for name in listed))
prefixed = sorted(name for name in HEADERS if name.startswith("x-gcs-"))
write("headers-by-prefix", value="\n".join(f"{name}:{HEADERS[name].strip()}" for name in prefixed))
write("header-part", "printf '%s' 'ab=c,d'", value="ab=c,d")
write("header-absent", "printf '[]'", value="[]")
write("query-parameter", value=dict(of_query)["own"])
write("path-parameter", value=urllib.parse.unquote("a%20b"))
url = urllib.parse.urlsplit(f"{BASE}{PATH}?{QUERY}")
write("request-target", value=f"{url.path}?{url.query}")
write("request-authority", value=url.netloc)
write("request-url", value=url.geturl())
write("request-url-without-query", value=url._replace(query="").geturl())
of_ipv6 = urllib.parse.urlsplit(f"http://[::1]:8080/base{PATH}?{QUERY}")
write("request-authority-of-ipv6", value=of_ipv6.netloc)
write("request-url-of-ipv6", value=of_ipv6.geturl())
pieces = "&".join(piece for piece in QUERY.split("&") if not piece.startswith("signature="))
write("query-so-far", f"printf '%s' '{QUERY}' | sed 's/signature=none&//'", value=pieces)
pieces = "&".join(piece for piece in FORM.split("&") if not piece.startswith("sign="))
write("body-so-far", f"printf '%s' '{FORM}' | sed 's/sign=none&//'", value=pieces)

# ---- What is made ----------------------------------------------------------------------------------------------------


def chance(size):
    """What the tests have in its place."""
    return bytes(range(size))


letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
write("random-alphanumeric", value="".join(letters[byte % 62] for byte in chance(40)))
write("random-hex", value="".join("0123456789abcdef"[byte % 16] for byte in chance(20)))
write("random-bytes", value=chance(24))
# RFC 9562, section 5.7: 48 bits of milliseconds, the version, 12 bits, the variant, 62 bits.
drawn = uuid.UUID("6f9619ff-8b86-4d01-b42d-00cf4fc964ff").bytes[:10]
of_v7 = bytearray(int(MOMENT.timestamp() * 1000).to_bytes(6, "big") + drawn)
of_v7[6] = 0x70 | of_v7[6] & 0x0F
of_v7[8] = 0x80 | of_v7[8] & 0x3F
write("uuid-v7", value=str(uuid.UUID(bytes=bytes(of_v7))))
for name, content, command in (
    ("later", str(int(MOMENT.timestamp()) + 60), "date -u -d '2026-01-31T12:34:56Z +60 seconds' +%s | tr -d '\\n'"),
    (
        "earlier",
        (MOMENT - datetime.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "date -u -d @$((1769862896 - 3600)) +%Y-%m-%dT%H:%M:%SZ | tr -d '\\n'",
    ),
    (
        "of-http",
        MOMENT.strftime("%a, %d %b %Y %H:%M:%S GMT"),
        "LC_ALL=C date -u -d @1769862896 '+%a, %d %b %Y %H:%M:%S GMT' | tr -d '\\n'",
    ),
    (
        "with-millis-and-offset",
        MOMENT.astimezone(datetime.timezone(datetime.timedelta(hours=7))).isoformat(timespec="milliseconds"),
        "TZ=Asia/Bangkok date -d @1769862896.789 +%Y-%m-%dT%H:%M:%S.%3N%:z | tr -d '\\n'",
    ),
):
    write(f"time-{name}", command, value=content)

# ---- Digests, tags, ciphers, signatures --------------------------------------------------------------------------------

string = FIELDS["mobile_no"] + FIELDS["dob"] + KEY
for name, hash_function in (("md5", hashlib.md5), ("sha-1", hashlib.sha1)):
    digest = hash_function(string.encode()).digest()
    option = name.replace("-", "")
    write(
        name,
        f"printf '%s' '{string}' | openssl dgst -{option} -r | cut -d' ' -f1",
        string_to_sign=string,
        digest=digest,
        value=digest.hex(),
    )
    tag = hmac.new(KEY.encode(), BODY.encode(), hash_function).digest()
    write(
        f"hmac-{name}",
        f"printf '%s' '{BODY}' | openssl dgst -{option} -hmac '{KEY}' -r | cut -d' ' -f1",
        string_to_sign=BODY,
        tag=tag,
        value=tag.hex(),
    )

AES_KEY = bytes(range(16))
SHARED_KEY = bytes(range(32))
IV = bytes.fromhex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff")
PLAIN = '{"amount":"12.50","to":"José"}'
padder = padding.PKCS7(128).padder()
padded = padder.update(PLAIN.encode()) + padder.finalize()


def enciphered(mode):
    encryptor = Cipher(algorithms.AES(AES_KEY), mode).encryptor()
    return encryptor.update(padded) + encryptor.finalize()


for name, sealed, command in (
    ("aes-cbc", enciphered(modes.CBC(IV)), f"openssl enc -aes-128-cbc -K {AES_KEY.hex()} -iv {IV.hex()}"),
    ("aes-ecb", enciphered(modes.ECB()), f"openssl enc -aes-128-ecb -K {AES_KEY.hex()}"),
    ("aes-gcm", AESGCM(SHARED_KEY).encrypt(IV[:12], PLAIN.encode(), b"additional"), None),
):
    to = f"printf '%s' '{PLAIN}' | {command} | openssl base64 -A" if command else None
    value = base64.b64encode(sealed)
    write(name, to, plaintext=PLAIN, ciphertext=sealed, value=value)
    back = f"printf '%s' '{value.decode()}' | openssl base64 -d -A | {command} -d" if command else None
    write(f"decrypt-{name}", back, base64=value, ciphertext=sealed, value=PLAIN)

KEYS = pathlib.Path(__file__).resolve().parent.parent / "tests/data/keys"


def private_key(name):
    return serialization.load_pem_private_key((KEYS / f"{name}.pem").read_bytes(), None)


def signature_of(algorithm, message):
    if algorithm == "ed25519":
        return private_key("ed25519").sign(message)
    return private_key("rsa").sign(message, PKCS1v15(), {"256": hashes.SHA256, "512": hashes.SHA512}[algorithm[-3:]]())


for algorithm, command in (
    ("rsa-pkcs1-v1-5-sha-256", "openssl dgst -sha256 -sign ../tests/data/keys/rsa.pem"),
    ("rsa-pkcs1-v1-5-sha-512", "openssl dgst -sha512 -sign ../tests/data/keys/rsa.pem"),
    ("ed25519", "cat > /tmp/message; openssl pkeyutl -sign -rawin -inkey ../tests/data/keys/ed25519.pem -in /tmp/message"),
):
    signature = signature_of(algorithm, PLAIN.encode())
    write(
        f"sign-{algorithm}",
        f"printf '%s' '{PLAIN}' | {{ {command}; }} | openssl base64 -A",
        message=PLAIN,
        signature=signature,
        value=base64.b64encode(signature),
    )

# ---- JOSE --------------------------------------------------------------------------------------------------------------


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def compact_json(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def jws_text(header, payload, sign, detached=False, encoded_payload=True):
    head = b64(compact_json(header).encode())
    body = b64(payload.encode()) if encoded_payload else payload
    signature = b64(sign(f"{head}.{body}".encode()))
    return f"{head}.{'' if detached else body}.{signature}"


claims = compact_json(
    {
        "iss": "MX",
        "iat": int(MOMENT.timestamp()),
        "exp": int(MOMENT.timestamp()) + 60,
        "jti": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
        "aud": ["https://acme.example/token", 7],
        "nested": {"on": True, "none": None, "text": 'a"b\\c é\n'},
    }
)


def hs256(message):
    return hmac.new(SHARED_KEY, message, hashlib.sha256).digest()


text = jws_text({"alg": "HS256", "typ": "JWT"}, claims, hs256)
verified = jws.JWS()
verified.deserialize(text, jwk.JWK(kty="oct", k=b64(SHARED_KEY)))
write("jwt-hs256", claims=claims, value=text)
text = jws_text(
    {"alg": "RS256", "kid": "one", "typ": "JWT"}, claims, lambda message: signature_of("rsa-pkcs1-v1-5-sha-256", message)
)
verified.deserialize(text, jwk.JWK.from_pem((KEYS / "rsa.public.pem").read_bytes()))
write("jwt-rs256", claims=claims, value=text)
ed25519 = lambda message: signature_of("ed25519", message)
text = jws_text({"alg": "EdDSA"}, PLAIN, ed25519)
verified.deserialize(text, jwk.JWK.from_pem((KEYS / "ed25519.public.pem").read_bytes()), alg="EdDSA")
write("jws-eddsa", payload=PLAIN, value=text)
write("jws-detached", payload=PLAIN, value=jws_text({"alg": "EdDSA", "kid": "one"}, PLAIN, ed25519, detached=True))
write(
    "jws-unencoded",
    payload=PLAIN,
    value=jws_text({"alg": "EdDSA", "b64": False, "crit": ["b64"]}, PLAIN, ed25519, True, False),
)
write(
    "jws-unencoded-with-crit",
    payload=PLAIN,
    value=jws_text(
        {"alg": "EdDSA", "b64": False, "iat": int(MOMENT.timestamp()), "crit": ["b64", "iat"]}, PLAIN, ed25519, True, False
    ),
)


def opened(text, key):
    token = jwe.JWE()
    token.deserialize(text, jwk.JWK(kty="oct", k=b64(key)))
    assert token.payload == PLAIN.encode()
    return text


head = b64(compact_json({"alg": "dir", "enc": "A256GCM", "kid": "one"}).encode())
sealed = AESGCM(SHARED_KEY).encrypt(chance(12), PLAIN.encode(), head.encode())
text = opened(f"{head}..{b64(chance(12))}.{b64(sealed[:-16])}.{b64(sealed[-16:])}", SHARED_KEY)
write("jwe-dir-a256gcm", plaintext=PLAIN, value=text)
write("decrypt-jwe", jwe=text, value=PLAIN)
head = b64(compact_json({"alg": "A128KW", "enc": "A128CBC-HS256"}).encode())
content_key = chance(32)
encryptor = Cipher(algorithms.AES(content_key[16:]), modes.CBC(chance(16))).encryptor()
sealed = encryptor.update(padded) + encryptor.finalize()
aad_bits = (8 * len(head)).to_bytes(8, "big")
tag = hmac.new(content_key[:16], head.encode() + chance(16) + sealed + aad_bits, hashlib.sha256).digest()[:16]
wrapped = keywrap.aes_key_wrap(AES_KEY, content_key)
write(
    "jwe-a128kw-a128cbc-hs256",
    plaintext=PLAIN,
    value=opened(".".join([head, b64(wrapped), b64(chance(16)), b64(sealed), b64(tag)]), AES_KEY),
)

key = jwk.JWK.from_pem((KEYS / "ed25519.pem").read_bytes())
public = json.loads(key.export_public())
write("public-jwk", value=compact_json({name: public[name] for name in ("crv", "kty", "x")}))
key = jwk.JWK.from_pem((KEYS / "rsa.pem").read_bytes())
thumbprint = base64.urlsafe_b64decode(key.thumbprint() + "=")
write("public-thumbprint", thumbprint=thumbprint, value=key.thumbprint())
certificate = x509.load_pem_x509_certificate((KEYS / "rsa.certificate.pem").read_bytes())
der = certificate.public_bytes(serialization.Encoding.DER)
write(
    "public-certificate",
    "openssl x509 -in ../tests/data/keys/rsa.certificate.pem -outform DER | openssl base64 -A",
    der=der,
    value=base64.b64encode(der),
)
digest = hashlib.sha256(der).digest()
write(
    "public-certificate-sha-256",
    "openssl x509 -in ../tests/data/keys/rsa.certificate.pem -outform DER | openssl dgst -sha256 -r | cut -d' ' -f1",
    digest=digest,
    value=digest.hex(),
)
spki = private_key("p256").public_key().public_bytes(
    serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
)
write(
    "public-der",
    "openssl pkey -in ../tests/data/keys/p256.pem -pubout -outform DER | openssl base64 -A",
    der=spki,
    value=base64.b64encode(spki),
)

# ---- Text --------------------------------------------------------------------------------------------------------------

write("without", "printf '%s' '1,234.50' | tr -d ',.'", text="1,234.50", value="123450")
write("after", "printf '%s' 'whsec_AAEC' | sed 's/^whsec_//'", text="whsec_AAEC", value="AAEC")
write("after-what-is-not-there", "printf '%s' 'AAEC' | sed 's/^whsec_//'", text="AAEC", value="AAEC")
write("trim", "printf '%s' 'a  b'", text=" \t a  b\r\n", value="a  b")
write("percent-keep", bytes=BINARY, value=urllib.parse.quote(BINARY, safe="/:-._~"))
# What urllib leaves as it is differs from a form in `*` and `~` (the URL standard, section 1.3).
as_form = urllib.parse.quote_plus(BINARY, safe="*-._").replace("~", "%7E")
write("form", bytes=BINARY, value=as_form)
write("form-keep", bytes=BINARY, value=as_form.replace("%7E", "~").replace("%2F", "/"))
write("decimal", "printf '%.2f' 20.1", text="20.1", value="20.10")
write("decimal-without-places", "printf '%.0f' 20.000", text="20.000", value="20")
write("base64-url-padded", "openssl base64 -A < base64-url-padded/1-bytes | tr '+/' '-_'", bytes=BINARY,
      value=base64.urlsafe_b64encode(BINARY))
write(
    "json",
    value=compact_json({"amount": 12.5, "at": int(MOMENT.timestamp()), "to": {"name": 'é"\n'}, "list": ["a", []]}),
)
SPACED = '{ "b" : [1.0, {"é":"\\u00e9 x"}],\n"a" : 1E2 }'
write("json-minify", text=SPACED, value='{"b":[1.0,{"é":"\\u00e9 x"}],"a":1E2}')
write(
    "json-canonical",
    f"node -e 'process.stdout.write(JSON.stringify(JSON.parse(process.argv[1]), [\"a\", \"b\", \"é\"]))' '{SPACED}'",
    text=SPACED,
    value='{"a":100,"b":[1,{"é":"é x"}]}',
)
write("parts", "printf '%s' 't=1769862896;v1=6f'", value="t=1769862896;v1=6f")
write("envelope", value=compact_json({"data": base64.b64encode(FORM.encode()).decode()}))
