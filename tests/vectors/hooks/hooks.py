"""Makes `hooks.json`: what the provider of `tests/documents/hooks.yaml` sends, made with cryptography and jwcrypto.

It runs in this directory: python3 hooks.py
"""
import base64
import hashlib
import hmac
import json
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from jwcrypto import jwe, jwk

KEYS = Path("../../../crates/sign/tests/data/keys")
API_KEY, SECRET = b"the key of the test", b"the secret of the test"
bank = load_pem_private_key((KEYS / "rsa.pem").read_bytes(), None)


def signed(text):
    return base64.b64encode(bank.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())).decode()


def tag(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


made = {}

body = '{"id":"p-1","state":"paid"}'
made["create_payment"] = {"body": body, "X-Signature": signed(f"200.r-1.{body}")}

body = '{"rate":"1.25","checksum":"%s"}' % hashlib.sha256(b"1.25" + API_KEY).hexdigest()
time = "1700000000"
made["get_quote"] = {"body": body, "X-Time": time, "X-Sum": f"t={time},v1={tag(API_KEY, f'{time}.{body}')}"}

own = jwk.JWK.from_pem((KEYS / "rsa-pkcs1.pem").read_bytes())
sealed = jwe.JWE(b'{"lines":["coffee"]}', json.dumps({"alg": "RSA-OAEP-256", "enc": "A256GCM"}), recipient=own)
made["get_statement"] = {"body": json.dumps({"sealed": sealed.serialize(compact=True)})}

nonce = bytes(range(12))
data = AESGCM(hashlib.sha256(API_KEY).digest()).encrypt(nonce, b'{"amount":"100.00"}', b"limit")
made["get_limit"] = {"body": json.dumps({name: base64.b64encode(value).decode() for name, value in
                                         [("nonce", nonce), ("data", data)]})}

body = '{"id":"e-1","type":"payment.succeeded","payment":{"id":"p-1","state":"paid"},"payer":"Ana"}'
made["payment_succeeded"] = {"body": body, "Hooks-Signature": f"t={time},v1={tag(SECRET, f'{time}.{body}')}"}

body = '{"id":"e-9","type":"card.issued"}'
made["unknown"] = {"body": body, "Hooks-Signature": f"t={time},v1={tag(SECRET, f'{time}.{body}')}"}

body = "reference=po-1&amount=100&final=true"
sent = "2023-11-14T22:13:20Z"
made["payout_settled"] = {"body": body, "X-Event": "payout", "X-Id": "m-1", "X-Sent": sent,
                          "X-Signature": signed(f"m-1|{sent}|payout|{body}")}

Path("hooks.json").write_text(json.dumps(made, indent=1) + "\n")
