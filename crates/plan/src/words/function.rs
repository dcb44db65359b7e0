//! The words of the functions of an expression.

use crate::Function::{Digest, Encode};
use crate::{Codec, Escape, Function, Hash, JsonForm, List, Padding, Value, list};

macro_rules! functions {
    ($($name:ident: $function:expr;)*) => {
        $(
            #[doc = concat!("`", stringify!($name), "`, with hyphens.")]
            pub const fn $name(of: List<Value>) -> Value {
                apply($function, of)
            }
        )*
    };
}

functions! {
    md5: Digest(Hash::Md5);
    sha_1: Digest(Hash::Sha1);
    sha_256: Digest(Hash::Sha256);
    sha_384: Digest(Hash::Sha384);
    sha_512: Digest(Hash::Sha512);
    hex: Encode(Codec::Hex);
    base64: Encode(Codec::Base64);
    base64_url: Encode(Codec::Base64Url);
    base64_mime: Encode(Codec::Base64Mime);
    from_hex: Encode(Codec::FromHex);
    from_base64: Encode(Codec::FromBase64);
    upper: Encode(Codec::Upper);
    lower: Encode(Codec::Lower);
    base64_url_padded: Encode(Codec::Base64UrlPadded);
    trim: Encode(Codec::Trim);
    json_minify: Function::Json(JsonForm::Minified);
    json_canonical: Function::Json(JsonForm::Canonical);
}

/// A function of one operand.
pub const fn apply(function: Function, of: List<Value>) -> Value {
    Value::Apply(function, [of, list![], list![], list![]])
}

/// A function of two operands, such as `{hmac-sha-256: {key: V, of: V}}`.
pub const fn apply2(function: Function, first: List<Value>, second: List<Value>) -> Value {
    Value::Apply(function, [first, second, list![], list![]])
}

/// A function of three operands.
pub const fn apply3(function: Function, first: List<Value>, second: List<Value>, third: List<Value>) -> Value {
    Value::Apply(function, [first, second, third, list![]])
}

/// A function of four operands.
pub const fn apply4(
    function: Function,
    first: List<Value>,
    second: List<Value>,
    third: List<Value>,
    fourth: List<Value>,
) -> Value {
    Value::Apply(function, [first, second, third, fourth])
}

/// `{hmac-sha-…: {key: V, of: V}}`
pub const fn hmac(hash: Hash, key: List<Value>, of: List<Value>) -> Value {
    apply2(Function::Hmac(hash), key, of)
}

/// `{rsa-…: {key: V, of: V}}`
pub const fn rsa(padding: Padding, key: List<Value>, of: List<Value>) -> Value {
    apply2(Function::Encrypt(padding), key, of)
}

/// `{percent: V}`
pub const fn percent(of: List<Value>) -> Value {
    apply2(Function::Escape(Escape::Percent), list![], of)
}
