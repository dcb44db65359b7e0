//! Applies the functions of an expression. Each takes its operands in the order of [`Function::operands`].

use countersign_plan::{
    CipherMode, EcdsaForm, Function, Hash, JsonForm, JwsAlgorithm, Operands, Payload, Text, Value, codec, json,
};
use zeroize::Zeroizing;

use crate::crypto::jose::{self, jwe, jws};
use crate::crypto::{canonical, cipher};
use crate::evaluation::{Evaluation, Stop, is_missing};
use crate::inputs::{Credential, Key, Signing, ToSign};
use crate::object::quoted;
use crate::sink::Sink;
use crate::trace::{Missing, Trace};

type Bytes = Zeroizing<Vec<u8>>;

impl<'e, T: Trace> Evaluation<'e, '_, T> {
    /// What a function makes of its operands.
    pub(crate) fn apply(&mut self, function: Function, operands: &'e Operands) -> Result<Bytes, Stop> {
        let [first, second, third, _] = operands;
        match function {
            Function::Digest(hash) => self.operand(first, Sink::hash(hash)?),
            Function::Hmac(hash) => self.hmac(hash, first, second),
            Function::Encode(encoding) => {
                let bytes = self.operand(first, Sink::bytes())?;
                self.or_placeholder(codec::encode(encoding, &bytes).map(Bytes::from))
            }
            Function::Json(form) => {
                let json = self.operand(first, Sink::bytes())?;
                let written = text(&json).and_then(|json| match form {
                    JsonForm::Minified => canonical::minify(json),
                    JsonForm::Canonical => canonical::canonical(json),
                    JsonForm::String => Ok(quoted(json).as_bytes().to_vec().into()),
                });
                self.or_placeholder(written)
            }
            Function::Escape(escape) => {
                let keep = self.operand(first, Sink::bytes())?;
                let bytes = self.operand(second, Sink::bytes())?;
                Ok(codec::escape(escape, &keep, &bytes).into())
            }
            Function::Without => {
                let characters = self.operand(first, Sink::bytes())?;
                let bytes = self.operand(second, Sink::bytes())?;
                let (characters, text) = (text(&characters)?, text(&bytes)?);
                Ok(text.chars().filter(|c| !characters.contains(*c)).collect::<String>().into_bytes().into())
            }
            Function::After => {
                let prefix = self.operand(first, Sink::bytes())?;
                let bytes = self.operand(second, Sink::bytes())?;
                Ok(bytes.strip_prefix(&**prefix).unwrap_or(&bytes).to_vec().into())
            }
            Function::Decimal(places) => {
                let number = self.operand(first, Sink::bytes())?;
                self.or_placeholder(
                    text(&number).and_then(|number| decimal(number, places)).map(|text| text.into_bytes().into()),
                )
            }
            Function::Encrypt(padding) => {
                let name = self.key(function, first)?;
                let plaintext = self.operand(second, Sink::bytes())?;
                match self.present(name)?.map(|credential| &credential.key) {
                    Some(Key::Rsa(key)) => self.once(|| Ok(key.encrypt(padding, &plaintext)?.into())),
                    Some(_) => Err(format!("the credential {name} is not declared as an rsa-public-key").into()),
                    None => Ok(placeholder(function)),
                }
            }
            Function::Encipher(mode) | Function::Decipher(mode) => {
                let mut bytes: [Bytes; 4] = Default::default();
                let places: &[usize] = match mode {
                    CipherMode::Ecb => &[0, 3],
                    CipherMode::Cbc => &[0, 1, 3],
                    CipherMode::Gcm => &[0, 1, 2, 3],
                };
                for (operand, place) in operands.iter().zip(places) {
                    bytes[*place] = self.operand(operand, Sink::bytes())?;
                }
                let [key, iv, aad, of] = &bytes;
                let made = match function {
                    Function::Encipher(_) => cipher::encrypt(mode, key, iv, aad, of),
                    _ => cipher::decrypt(mode, key, iv, aad, of),
                };
                self.or_placeholder(made)
            }
            Function::Sign(algorithm, form) => {
                let name = self.key(function, first)?;
                let message = self.operand(second, Sink::bytes())?;
                match self.present(name)?.map(|credential| &credential.key) {
                    Some(Key::Private(key)) => self.once(|| Ok(key.sign(algorithm, form, &message)?.into())),
                    Some(Key::Signer) => self.wants(name, Signing::Private(algorithm, form), message),
                    Some(_) => Err(format!("the credential {name} is not declared as a private-key").into()),
                    None => Ok(placeholder(function)),
                }
            }
            Function::Jws(algorithm, payload) => self.signed(function, algorithm, payload, [first, second, third]),
            Function::Jwe(algorithm, encryption) => {
                let key = self.jose_key(function, first)?;
                let members = format!(r#""alg":"{}","enc":"{}""#, algorithm.name(), encryption.name());
                let header = self.header(&members, second)?;
                let plaintext = self.operand(third, Sink::bytes())?;
                let id = member(&header, "kid");
                let Some(key) = key.found(self)? else { return Ok(placeholder(function)) };
                let key = key.of_recipient(id.as_deref())?;
                let (moment, has_placeholder) = (self.inputs.moment, self.has_placeholder);
                let mut random = |bytes: &mut [u8]| moment.fill(bytes);
                self.once(|| match jwe::encrypt(&header, &plaintext, algorithm, encryption, key, &mut random) {
                    Err(_) if has_placeholder => Ok(placeholder(function)),
                    made => Ok(made?.into_bytes().into()),
                })
            }
            Function::DecryptJwe(algorithm, encryption) => {
                let key = self.jose_key(function, first)?;
                let sealed = self.operand(second, Sink::bytes())?;
                let Some(key) = key.found(self)? else { return Ok(placeholder(function)) };
                self.or_placeholder(
                    text(&sealed).and_then(|sealed| jwe::decrypt(sealed, algorithm, encryption, key.own()?)),
                )
            }
        }
    }

    fn hmac(&mut self, hash: Hash, key: &'e [Value], of: &'e [Value]) -> Result<Bytes, Stop> {
        if let [Value::Credential(name)] = key
            && let Some(Credential { key: Key::Signer, .. }) = self.inputs.setup.credentials.get(name)
        {
            self.trace.begin();
            let message = self.operand(of, Sink::bytes())?;
            return self.wants(name, Signing::Hmac(hash), message);
        }
        let key = self.operand(key, Sink::bytes())?;
        self.operand(of, Sink::hmac(hash, &key)?)
    }

    /// A JSON Web Signature.
    fn signed(
        &mut self,
        function: Function,
        algorithm: JwsAlgorithm,
        payload: Payload,
        [key, header_of, of]: [&'e [Value]; 3],
    ) -> Result<Bytes, Stop> {
        let key = self.jose_key(function, key)?;
        let mut members = format!(r#""alg":"{}""#, algorithm.name());
        if payload == Payload::DetachedUnencoded {
            members += r#","b64":false"#;
        }
        let mut header = self.header(&members, header_of)?;
        if payload == Payload::DetachedUnencoded && member(&header, "crit").is_none() {
            append(&mut header, r#""crit":["b64"]"#);
        }
        if payload == Payload::Claims && member(&header, "typ").is_none() {
            append(&mut header, r#""typ":"JWT""#);
        }
        let of = self.operand(of, Sink::bytes())?;
        let Some(key) = key.found(self)? else { return Ok(placeholder(function)) };
        let input = match jws::input(&header, &of, algorithm, payload) {
            Err(_) if self.has_placeholder => return Ok(placeholder(function)),
            input => input?,
        };
        let signature = match &key {
            JoseKey::Signer(name) => {
                let signing = match algorithm.signature() {
                    Some(signature) => Signing::Private(signature, EcdsaForm::Jose),
                    None => Signing::Hmac(algorithm.hash()),
                };
                self.wants(name, signing, input.clone())?
            }
            key => self.once(|| Ok(jws::sign(&input, algorithm, key.own()?)?))?,
        };
        Ok(jws::compact(&input, &signature, payload))
    }

    /// The header of a JOSE text, which begins with these members.
    fn header(&mut self, members: &str, of: &'e [Value]) -> Result<Zeroizing<String>, Stop> {
        let own = self.operand(of, Sink::bytes())?;
        let own = text(&own)?.trim_start().strip_prefix('{').unwrap_or("}");
        let separator = if own == "}" { "" } else { "," };
        Ok(format!("{{{members}{separator}{own}").into())
    }

    fn jose_key(&mut self, function: Function, key: &'e [Value]) -> Result<JoseKey<'e>, Stop> {
        let credentials = &self.inputs.setup.credentials;
        match key {
            // Its bytes are its text, or what that encodes, unless it is a key.
            [Value::Credential(name)] if credentials.get(name).is_none_or(|own| own.key.is_asymmetric()) => {
                self.key(function, key).map(JoseKey::Named)
            }
            key => self.operand(key, Sink::bytes()).map(JoseKey::Bytes),
        }
    }

    /// The one credential that is a key, of which nothing is told.
    fn key(&mut self, function: Function, of: &'e [Value]) -> Result<&'e Text, Stop> {
        let [Value::Credential(name)] = of else {
            return Err(format!("the key of {} is not one credential", function.name()).into());
        };
        self.trace.begin();
        Ok(name)
    }

    /// A credential that is a key. `None` where it is missing and the trace goes on with a placeholder.
    fn present(&mut self, name: &str) -> Result<Option<&'e Credential>, Stop> {
        match self.inputs.setup.credentials.get(name) {
            Some(credential) => Ok(Some(credential)),
            None if self.trace.missing(Missing::Key, name) => Ok(None),
            None => Err(is_missing(Missing::Key, name).into()),
        }
    }

    /// What a signer of the caller's has made of a message. Stops the evaluation where it has not made it yet.
    fn wants(&mut self, credential: &Text, signing: Signing, message: Bytes) -> Result<Bytes, Stop> {
        self.once(|| Err(Stop::Wants(ToSign { credential: credential.clone(), signing, message })))
    }

    /// What was made, or nothing where that failed since an operand has the name of what is missing in it: that is neither
    /// hexadecimal nor JSON, and need not be.
    fn or_placeholder(&mut self, made: Result<Bytes, String>) -> Result<Bytes, Stop> {
        match made {
            Err(_) if self.has_placeholder => Ok(Bytes::default()),
            made => Ok(made?),
        }
    }
}

/// Adds a member to a JSON object that has some.
fn append(object: &mut String, member: &str) {
    object.pop();
    object.push(',');
    object.push_str(member);
    object.push('}');
}

/// What a member of a JSON object says.
fn member(object: &str, name: &str) -> Option<String> {
    let mut members = json::members(object);
    members.find(|(own, _)| json::name(own) == name).and_then(|(_, value)| Some(json::decoded(value)?.into_owned()))
}

/// The key of a JOSE text.
enum JoseKey<'e> {
    /// A credential that has not been looked up yet.
    Named(&'e Text),
    /// A shared secret: what an expression yields.
    Bytes(Bytes),
    /// A credential that is a key of its own kind.
    Of(&'e Credential),
    /// A credential that a signer of the caller's holds.
    Signer(&'e Text),
}

impl<'e> JoseKey<'e> {
    /// Looks up the credential that it names. `None` where that is missing and the trace goes on with a placeholder.
    fn found<T: Trace>(self, at: &mut Evaluation<'e, '_, T>) -> Result<Option<Self>, Stop> {
        let Self::Named(name) = self else { return Ok(Some(self)) };
        Ok(at.present(name)?.map(|credential| match credential.key {
            Key::Signer => Self::Signer(name),
            _ => Self::Of(credential),
        }))
    }

    /// One's own key: a shared secret or a private one.
    fn own(&self) -> Result<jose::Key<'_>, String> {
        match self {
            Self::Bytes(bytes) => Ok(jose::Key::Shared(bytes)),
            Self::Of(Credential { key: Key::Private(key), .. }) => Ok(jose::Key::Private(key)),
            Self::Of(_) => Err("its key is not declared as a private-key".into()),
            Self::Named(name) | Self::Signer(name) => Err(format!("the signer of {name} signs, and does nothing else")),
        }
    }

    /// The key to encrypt with: a shared secret, or the recipient's public key of this id.
    fn of_recipient<'k>(&'k self, id: Option<&'k str>) -> Result<jose::Key<'k>, String> {
        match self {
            Self::Of(Credential { key: Key::Public(keys), .. }) => Ok(jose::Key::Public(keys, id)),
            Self::Of(_) => Err("its key is not declared as a public-key".into()),
            other => other.own(),
        }
    }
}

/// What goes in the place of what a missing key would have made: the function's name.
fn placeholder(function: Function) -> Bytes {
    function.name().as_bytes().to_vec().into()
}

fn text(bytes: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(bytes).map_err(|_| "it is not text".to_owned())
}

/// A number with so many places after the point.
///
/// # Errors
/// It is no plain number, or has more places than that.
fn decimal(number: &str, places: u8) -> Result<String, String> {
    let (sign, digits) = match number.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", number),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !are_digits(whole) || !are_digits(fraction) || digits.ends_with('.') {
        return Err("a value for decimal is not a plain number such as 12.5".into());
    }
    let fraction = fraction.trim_end_matches('0');
    let places = usize::from(places);
    if fraction.len() > places {
        return Err(format!("a value for decimal has more than {places} places"));
    }
    let point = if places == 0 { "" } else { "." };
    Ok(format!("{sign}{whole}{point}{fraction:0<places$}"))
}
