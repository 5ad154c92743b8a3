//! ARK → ASK → VCEK.

use der::Decode;
use der::asn1::{ObjectIdentifier, UintRef};
use proofrail_near_interface::Hex;
use proofrail_near_interface::attestation::{SnpChainArgs, SnpProduct, SnpTcb, SnpVcek};

use super::certificate::Certificate;
use crate::Refusal;
use crate::validity::in_force;

/// DER of AMD's root for Milan.
pub const ARK_MILAN_DER: &[u8] = include_bytes!("../../roots/amd_ark_milan.der");
/// DER of AMD's root for Genoa.
pub const ARK_GENOA_DER: &[u8] = include_bytes!("../../roots/amd_ark_genoa.der");
/// DER of AMD's root for Turin.
pub const ARK_TURIN_DER: &[u8] = include_bytes!("../../roots/amd_ark_turin.der");

// Extensions of a VCEK certificate (AMD 57230, table 8).
const PRODUCT_NAME: ObjectIdentifier = oid("1.3.6.1.4.1.3704.1.2");
const BOOTLOADER: ObjectIdentifier = oid("1.3.6.1.4.1.3704.1.3.1");
const TEE: ObjectIdentifier = oid("1.3.6.1.4.1.3704.1.3.2");
const SNP: ObjectIdentifier = oid("1.3.6.1.4.1.3704.1.3.3");
const MICROCODE: ObjectIdentifier = oid("1.3.6.1.4.1.3704.1.3.8");
const FMC: ObjectIdentifier = oid("1.3.6.1.4.1.3704.1.3.9");
const HARDWARE_ID: ObjectIdentifier = oid("1.3.6.1.4.1.3704.1.4");
/// Length of a hardware id: of Turin, and of the lines before it.
const SHORT_ID: usize = 8;
const LONG_ID: usize = 64;

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

/// The pinned root of a line, and how the line's certificates name it.
const fn line(product: SnpProduct) -> (&'static [u8], &'static str, &'static str) {
    match product {
        SnpProduct::Milan => (ARK_MILAN_DER, "SEV-Milan", "Milan"),
        SnpProduct::Genoa => (ARK_GENOA_DER, "SEV-Genoa", "Genoa"),
        SnpProduct::Turin => (ARK_TURIN_DER, "SEV-Turin", "Turin"),
    }
}

/// Judges the chain of a chip's key at `now`, unix seconds. The root's own signature is not checked: its key is
/// pinned.
///
/// # Errors
/// The key is not AMD's for a chip of this line, or out of its time; [`Refusal`] says which.
pub fn verify_chain(args: &SnpChainArgs, now: u64) -> Result<SnpVcek, Refusal> {
    let (root, ask_name, product_name) = line(args.product);
    let ark = Certificate::parse("the ARK", root)?;
    let ask = Certificate::parse("the ASK", &args.ask)?;
    let vcek = Certificate::parse("the VCEK", &args.vcek)?;
    ask.is_named(ask_name)?;
    vcek.is_named("SEV-VCEK")?;
    ask.signed_by(&ark)?;
    vcek.signed_by(&ask)?;
    let validities = [ark.validity(), ask.validity(), vcek.validity()];
    let (from, to) = validities
        .into_iter()
        .fold((0, u64::MAX), |(from, to), (start, end)| (from.max(start), to.min(end)));
    in_force(from, to, now)?;
    let product = vcek.extension(&PRODUCT_NAME)?;
    // IA5String: the line, perhaps followed by a stepping ("Milan-B0").
    let named =
        matches!(product, [0x16, _, name @ ..] if name.starts_with(product_name.as_bytes()));
    if !named {
        return Err(Refusal::Product(args.product));
    }
    Ok(SnpVcek {
        product: args.product,
        public_key: Hex(vcek.p384_key()?),
        chip_id: Hex(chip_id(&vcek, args.product)?),
        tcb: tcb(&vcek, args.product)?,
        valid_from: from,
        expires_at: to,
    })
}

/// The hardware id as reports show it: filled up with zeros.
fn chip_id(vcek: &Certificate<'_>, product: SnpProduct) -> Result<[u8; LONG_ID], Refusal> {
    let bytes = vcek.extension(&HARDWARE_ID)?;
    let length = match product {
        SnpProduct::Milan | SnpProduct::Genoa => LONG_ID,
        SnpProduct::Turin => SHORT_ID,
    };
    if bytes.len() != length || bytes.iter().all(|byte| *byte == 0) {
        return Err(Refusal::Malformed("the VCEK's hardware id"));
    }
    let mut id = [0; LONG_ID];
    id[..length].copy_from_slice(bytes);
    Ok(id)
}

fn tcb(vcek: &Certificate<'_>, product: SnpProduct) -> Result<SnpTcb, Refusal> {
    let number = |oid| {
        let value = UintRef::from_der(vcek.extension(oid)?);
        match value.map(|value| value.as_bytes()) {
            Ok(&[number]) => Ok(number),
            _ => Err(Refusal::Malformed("a version number of the VCEK")),
        }
    };
    let fmc = match product {
        SnpProduct::Milan | SnpProduct::Genoa => 0,
        SnpProduct::Turin => number(&FMC)?,
    };
    Ok(SnpTcb {
        fmc,
        bootloader: number(&BOOTLOADER)?,
        tee: number(&TEE)?,
        snp: number(&SNP)?,
        microcode: number(&MICROCODE)?,
    })
}
