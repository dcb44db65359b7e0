#!/usr/bin/env python3
"""Computes the golden vectors without this project's code. Run it in its own folder."""

import base64
import datetime
import hashlib
import hmac
import pathlib
import urllib.parse

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


def write(folder, command, **stages):
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
