"""Makes `jose.json`: texts of JOSE with the keys of `keys`. It runs with jwcrypto 1.6: python3 jose.py."""
import json
from pathlib import Path

from jwcrypto import jwe, jwk, jws
from jwcrypto.common import base64url_encode

here = Path(__file__).parent
payload = '{"amount":"12.50","to":"José"}'


def private(name):
    return jwk.JWK.from_pem((here / "keys" / f"{name}.pem").read_bytes())


def shared(size):
    return jwk.JWK(kty="oct", k=base64url_encode(bytes(range(size))))


texts = []

for algorithm, name in [
    ("HS256", 64), ("HS384", 64), ("HS512", 64),
    ("RS256", "rsa"), ("RS384", "rsa"), ("RS512", "rsa"),
    ("PS256", "rsa"), ("PS384", "rsa"), ("PS512", "rsa"),
    ("ES256", "p256"), ("ES384", "p384"), ("ES512", "p521"), ("EdDSA", "ed25519"),
]:
    key = shared(name) if isinstance(name, int) else private(name)
    header = json.dumps({"alg": algorithm, "kid": "one"})
    text = jws.JWS(payload.encode())
    text.add_signature(key, None, header)
    texts.append({"kind": "jws", "algorithm": algorithm, "key": name, "header": header,
                  "payload": payload, "text": text.serialize(compact=True)})

encryptions = ["A128GCM", "A256GCM", "A128CBC-HS256", "A256CBC-HS512"]
sizes = dict(zip(encryptions, [16, 32, 32, 64]))
for algorithm, name in [
    ("RSA1_5", "rsa"), ("RSA-OAEP", "rsa"), ("RSA-OAEP-256", "rsa"), ("dir", None), ("A128KW", 16), ("A256KW", 32),
    ("ECDH-ES", "p256"), ("ECDH-ES+A128KW", "p384"), ("ECDH-ES+A256KW", "p521"),
]:
    for encryption in encryptions:
        holder = sizes[encryption] if algorithm == "dir" else name
        key = shared(holder) if isinstance(holder, int) else private(holder)
        header = {"alg": algorithm, "enc": encryption}
        if algorithm.startswith("ECDH"):
            header |= {"apu": base64url_encode(b"us"), "apv": base64url_encode(b"them")}
        text = jwe.JWE(payload.encode(), json.dumps(header), algs=[algorithm, encryption])
        text.add_recipient(key)
        texts.append({"kind": "jwe", "algorithm": algorithm, "encryption": encryption, "key": holder,
                      "payload": payload, "text": text.serialize(compact=True)})

(here / "jose.json").write_text(json.dumps(texts, indent=1, ensure_ascii=False) + "\n")
