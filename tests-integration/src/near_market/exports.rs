//! The functions that a wasm module exports.

/// Section of the exports, and the kind of a function among them (WebAssembly core 1, 5.5.10).
const EXPORTS: u8 = 7;
const FUNCTION: u8 = 0;
/// The magic number and the version.
const HEADER: usize = 8;

/// Names of the exported functions, in the module's order; none where the bytes are no module.
pub fn functions(module: &[u8]) -> Option<Vec<String>> {
    let mut rest = module.get(HEADER..)?;
    while !rest.is_empty() {
        let section = byte(&mut rest)?;
        let length = number(&mut rest)?;
        let body = take(&mut rest, length)?;
        if section == EXPORTS {
            return exported(body);
        }
    }
    None
}

fn exported(mut body: &[u8]) -> Option<Vec<String>> {
    let count = number(&mut body)?;
    let mut names = Vec::new();
    for _ in 0..count {
        let length = number(&mut body)?;
        let name = std::str::from_utf8(take(&mut body, length)?).ok()?.to_owned();
        let kind = byte(&mut body)?;
        number(&mut body)?;
        if kind == FUNCTION {
            names.push(name);
        }
    }
    body.is_empty().then_some(names)
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(length)?;
    *rest = left;
    Some(taken)
}

fn byte(rest: &mut &[u8]) -> Option<u8> {
    Some(take(rest, 1)?[0])
}

/// An unsigned LEB128 number of 32 bits.
fn number(rest: &mut &[u8]) -> Option<usize> {
    let mut value = 0_u64;
    for shift in (0..35).step_by(7) {
        let byte = byte(rest)?;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return u32::try_from(value).ok().map(|value| value as usize);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::functions;

    /// A custom section, and exports of a function, a memory and a function.
    const MODULE: &[u8] =
        b"\0asm\x01\0\0\0\x00\x02\x01x\x07\x10\x03\x03one\x00\x00\x01m\x02\x00\x01a\x00\x81\x01";

    #[test]
    fn functions_should_be_listed_and_nothing_else() {
        assert_eq!(functions(MODULE).unwrap_or_default(), ["one", "a"]);
        for cut in 0..MODULE.len() {
            assert_eq!(functions(&MODULE[..cut]), None, "{cut}");
        }
    }
}
