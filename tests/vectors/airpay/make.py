#!/usr/bin/env python3
"""Computes airpay's golden vectors without this project's code. Run it in its own folder.

Each folder holds the string to sign, its digest (raw), the header, and the body as it is sent, each in a file of its own, and
the command that computes the header again with openssl.
"""

import hashlib
import pathlib
import urllib.parse

SECRET_KEY = "a secret key of our own"

CASES = {
    "documented-order": (("mobile_no", "9876543978"), ("dob", "1958-01-02")),
    "corrected-order": (("dob", "1958-01-02"), ("mobile_no", "9876543978")),
    "not-ascii": (("mobile_no", "José Ñandú 💳"), ("dob", "١٩٥٨-٠١-٠٢")),
    "reserved": (("mobile_no", "+91 98&765=43978"), ("dob", "100%25 of a+b & c d")),
}

for name, signed in CASES.items():
    folder = pathlib.Path(name)
    folder.mkdir(exist_ok=True)
    string_to_sign = "".join(value for _, value in signed) + SECRET_KEY
    digest = hashlib.sha256(string_to_sign.encode())
    (folder / "1-string-to-sign").write_text(string_to_sign)
    (folder / "2-digest").write_bytes(digest.digest())
    (folder / "3-checksum").write_text(digest.hexdigest())
    # The body keeps the document's order, whatever is signed in which.
    body = sorted(signed, key=lambda field: ["mobile_no", "dob"].index(field[0]))
    (folder / "body").write_text(urllib.parse.urlencode(body))
    (folder / "command").write_text(
        f"printf '%s' '{string_to_sign}' | openssl dgst -sha256 -r | cut -d' ' -f1\n"
    )
