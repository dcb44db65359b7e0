#!/bin/sh
# Makes the key pairs of the tests, and signatures and ciphertexts with them: sh openssl.sh, with OpenSSL 3.0.
set -eu
cd "$(dirname "$0")"

make() { # FILE COMMAND...: what the command prints, unless the file is there
    file=keys/$1; shift
    [ -e "$file" ] || "$@" > "$file"
}
make rsa.pem            openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048
make rsa-pkcs1.pem      openssl rsa -in keys/rsa.pem -traditional
make rsa-pss.pem        openssl genpkey -quiet -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048
make rsa-1024.pem       openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:1024
make rsa-encrypted.pem  openssl pkcs8 -in keys/rsa.pem -topk8 -passout pass:test
make pkcs1-encrypted.pem openssl rsa -in keys/rsa.pem -traditional -aes128 -passout pass:test
make p256.pem           openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256
make p384.pem           openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-384
make p521.pem           openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-521
make p256-sec1.pem      openssl ec -in keys/p256.pem
make p384-parameters.pem openssl ecparam -name secp384r1 -genkey
make secp256k1.pem      openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1
make ed25519.pem        openssl genpkey -quiet -algorithm ed25519
for key in rsa rsa-pss p256 p384 p521 ed25519 secp256k1; do
    make $key.public.pem openssl pkey -in keys/$key.pem -pubout
    make $key.certificate.pem openssl req -new -x509 -key keys/$key.pem -subj '/CN=Countersign tests' -days 36500
done
make rsa-pkcs1.public.pem openssl rsa -in keys/rsa.pem -RSAPublicKey_out

printf 'What is signed.\n' > openssl/message

sign() { # NAME KEY OPTIONS...: a signature of the message
    name=$1; key=$2; shift 2
    openssl pkeyutl -sign -rawin -inkey keys/$key.pem -in openssl/message "$@" | openssl base64 > openssl/$name.signature
}
for bits in 256 384 512; do
    sign rsa-pkcs1-v1-5-sha-$bits rsa -digest sha$bits
    sign rsa-pss-sha-$bits rsa -digest sha$bits -pkeyopt rsa_padding_mode:pss -pkeyopt rsa_pss_saltlen:digest
    sign rsa-pss-only-sha-$bits rsa-pss -digest sha$bits -pkeyopt rsa_padding_mode:pss -pkeyopt rsa_pss_saltlen:digest
done
sign ecdsa-p256-sha-256 p256 -digest sha256
sign ecdsa-p384-sha-384 p384 -digest sha384
sign ecdsa-p521-sha-512 p521 -digest sha512
sign ed25519 ed25519

encrypt() { # NAME OPTIONS...: the message, encrypted with the RSA key
    name=$1; shift
    openssl pkeyutl -encrypt -pubin -inkey keys/rsa.public.pem -in openssl/message "$@" | openssl base64 > openssl/$name.ciphertext
}
encrypt rsa-pkcs1-v1-5 -pkeyopt rsa_padding_mode:pkcs1
encrypt rsa-oaep-sha-1 -pkeyopt rsa_padding_mode:oaep
encrypt rsa-oaep-sha-256 -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256

key=000102030405060708090a0b0c0d0e0f1011121314151617
iv=f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff
openssl enc -aes-192-cbc -K $key -iv $iv -in openssl/message | openssl base64 > openssl/aes-192-cbc.ciphertext
openssl enc -aes-192-ecb -K $key -in openssl/message | openssl base64 > openssl/aes-192-ecb.ciphertext

for key in rsa p256 ed25519; do
    openssl x509 -in keys/$key.certificate.pem -outform DER | openssl dgst -sha256 -r | cut -d' ' -f1 > openssl/$key.certificate.sha256
done
