//! X.509 certificates of AMD's chain, read strictly: every bit is signed, or has one allowed value.

use der::asn1::ObjectIdentifier;
use der::{Decode, Encode, Reader, SliceReader};
use x509_cert::Certificate as X509;

use super::rsa_pss;
use crate::Refusal;
use crate::integers::two_integers;

const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const SECP384R1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const RSASSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
/// Content of RSASSA-PSS-params (RFC 4055 3.1): SHA-384, MGF1 with SHA-384, salt of 48 bytes.
const PSS_PARAMETERS: &[u8] = &[
    0xa0, 0x0f, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02, 0x05,
    0x00, 0xa1, 0x1c, 0x30, 0x1a, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08,
    0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02, 0x05, 0x00, 0xa2,
    0x03, 0x02, 0x01, 0x30,
];
/// The trailer field that older certificates state although it is the default.
const PSS_TRAILER: &[u8] = &[0xa3, 0x03, 0x02, 0x01, 0x01];

/// A certificate with the bytes that its issuer signed.
pub(super) struct Certificate<'a> {
    /// For error texts.
    name: &'static str,
    parsed: X509,
    signed: &'a [u8],
    signature: [u8; rsa_pss::LENGTH],
}

impl<'a> Certificate<'a> {
    pub(super) fn parse(name: &'static str, der: &'a [u8]) -> Result<Self, Refusal> {
        let malformed = |_| Refusal::Malformed(name);
        let parsed = X509::from_der(der).map_err(malformed)?;
        let algorithm = parsed.signature_algorithm();
        let parameters = algorithm.parameters.as_ref().map(der::Any::value).unwrap_or_default();
        let stated = parameters.strip_suffix(PSS_TRAILER).unwrap_or(parameters);
        if algorithm.oid != RSASSA_PSS
            || stated != PSS_PARAMETERS
            || algorithm != parsed.tbs_certificate().signature()
        {
            return Err(Refusal::Unsupported("a certificate's signature algorithm"));
        }
        let signature = parsed.signature().as_bytes().and_then(|bytes| bytes.try_into().ok());
        let signature = signature.ok_or(Refusal::Malformed(name))?;
        let signed = signed_part(der).map_err(malformed)?;
        Ok(Self { name, parsed, signed, signature })
    }

    /// Checks that `issuer` signed this certificate.
    pub(super) fn signed_by(&self, issuer: &Certificate<'_>) -> Result<(), Refusal> {
        if issuer.rsa_key()?.verify(self.signed, &self.signature) {
            Ok(())
        } else {
            Err(Refusal::Signature(self.name))
        }
    }

    /// First and last second of validity, unix time.
    pub(super) fn validity(&self) -> (u64, u64) {
        let validity = self.parsed.tbs_certificate().validity();
        let seconds = |time: x509_cert::time::Time| time.to_unix_duration().as_secs();
        (seconds(validity.not_before), seconds(validity.not_after))
    }

    /// Checks the subject's common name.
    pub(super) fn is_named(&self, name: &str) -> Result<(), Refusal> {
        let subject = self.parsed.tbs_certificate().subject();
        let named = subject
            .iter()
            .filter(|attribute| attribute.oid == COMMON_NAME)
            .any(|attribute| attribute.value.value() == name.as_bytes());
        if named { Ok(()) } else { Err(Refusal::Role(self.name)) }
    }

    /// Content of the extension `oid`, which must be there exactly once.
    pub(super) fn extension(&self, oid: &ObjectIdentifier) -> Result<&[u8], Refusal> {
        let extensions = self.parsed.tbs_certificate().extensions().into_iter().flatten();
        let mut matching = extensions.filter(|extension| extension.extn_id == *oid);
        match (matching.next(), matching.next()) {
            (Some(extension), None) => Ok(extension.extn_value.as_bytes()),
            _ => Err(Refusal::Malformed(self.name)),
        }
    }

    fn rsa_key(&self) -> Result<rsa_pss::PublicKey, Refusal> {
        let malformed = || Refusal::Malformed(self.name);
        let info = self.parsed.tbs_certificate().subject_public_key_info();
        if info.algorithm.oid != RSA_ENCRYPTION {
            return Err(Refusal::Unsupported("an issuer's key"));
        }
        let bytes = info.subject_public_key.as_bytes().ok_or_else(malformed)?;
        let (modulus, exponent) = two_integers(bytes).map_err(|_| malformed())?;
        let modulus = <&[u8; rsa_pss::LENGTH]>::try_from(modulus.as_bytes()).ok();
        let key =
            modulus.filter(|_| exponent.as_bytes() == [1, 0, 1]).and_then(rsa_pss::PublicKey::new);
        key.ok_or(Refusal::Unsupported("an issuer's key"))
    }

    /// x and y of the P-384 key, which is on the curve.
    pub(super) fn p384_key(&self) -> Result<[u8; 96], Refusal> {
        let info = self.parsed.tbs_certificate().subject_public_key_info();
        let curve = SECP384R1.to_der().map_err(|_| Refusal::Malformed(self.name))?;
        let parameters = info.algorithm.parameters.as_ref().and_then(|any| any.to_der().ok());
        if info.algorithm.oid != EC_PUBLIC_KEY || parameters != Some(curve) {
            return Err(Refusal::Unsupported("the chip's key"));
        }
        let bytes = info.subject_public_key.as_bytes().unwrap_or_default();
        p384::ecdsa::VerifyingKey::from_sec1_bytes(bytes)
            .map_err(|_| Refusal::Malformed(self.name))?;
        let xy = bytes.strip_prefix(&[4]).and_then(|xy| xy.try_into().ok());
        xy.ok_or(Refusal::Malformed(self.name))
    }
}

/// The first element of the outer sequence, as it stands.
fn signed_part(der: &[u8]) -> der::Result<&[u8]> {
    let mut reader = SliceReader::new(der)?;
    let mut body = SliceReader::new(der::asn1::AnyRef::decode(&mut reader)?.value())?;
    body.tlv_bytes()
}
