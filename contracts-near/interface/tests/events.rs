//! The documented schema of events is that of the code.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests fail by panicking")]

use std::fmt::Write;
use std::path::Path;

use syn::{Attribute, Expr, Fields, GenericArgument, Item, Lit, Meta, PathArguments, Type};

const SOURCE: &str = include_str!("../src/event.rs");
const DOCUMENT: &str = "../prover-market/EVENTS.md";

const HEAD: &str = "\
# Events

Written by `cargo xtask snapshots` from `interface/src/event.rs`, and checked by its tests.

Every event is one log line (NEP-297): `EVENT_JSON:{\"standard\":\"proofrail\",\"version\":\"1.0.0\",\"event\":NAME,\"data\":{FIELDS}}`.
Amounts are decimal strings of yoctoNEAR, times unix seconds. near-plugins logs offices and pauses under standards of its own:
`AccessControllable` (`role_granted`, `role_revoked`) and `Pausable` (`pause`, `unpause`).

The version's first number changes when a field is removed or changes its meaning, the second when an event or a field is
added: read leniently.
";

/// The first sentences of an item's documentation, in one line.
fn doc(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Some(text.value().trim().to_owned()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    });
    lines.collect::<Vec<_>>().join(" ").replace("[`", "`").replace("`]", "`").replace("crate::", "")
}

/// How a type looks in JSON.
fn json_type(ty: &Type) -> String {
    let Type::Path(path) = ty else { panic!("an event's field has a type without a name") };
    let segment = path.path.segments.last().unwrap();
    let arguments: Vec<&GenericArgument> = match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => arguments.args.iter().collect(),
        _ => Vec::new(),
    };
    match (segment.ident.to_string().as_str(), arguments.as_slice()) {
        ("AccountId", []) => "string: account id".to_owned(),
        ("NearToken", []) => "string: yoctoNEAR".to_owned(),
        ("String", []) => "string".to_owned(),
        ("bool", []) => "boolean".to_owned(),
        ("u8" | "u16" | "u32" | "u64", []) => "number".to_owned(),
        ("Hex", [GenericArgument::Const(Expr::Lit(size))]) => match &size.lit {
            Lit::Int(bytes) => format!("string: \"0x\", hex of {bytes} bytes"),
            _ => panic!("a size is a number"),
        },
        ("Vec", [GenericArgument::Type(item)]) => format!("array of {}", json_type(item)),
        ("Option", [GenericArgument::Type(item)]) => format!("{} or null", json_type(item)),
        (name, []) => format!("`{name}` of the interface"),
        (name, _) => panic!("{name} has no JSON form here: teach this test"),
    }
}

fn snake_case(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}

/// The document, out of the enum's source.
fn document() -> String {
    let file = syn::parse_file(SOURCE).unwrap();
    let events = file.items.iter().find_map(|item| match item {
        Item::Enum(item) if item.ident == "MarketEvent" => Some(item),
        _ => None,
    });
    let mut text = HEAD.to_owned();
    for variant in &events.unwrap().variants {
        let name = snake_case(&variant.ident.to_string());
        write!(text, "\n## `{name}`\n{}\n", doc(&variant.attrs)).unwrap();
        let Fields::Named(fields) = &variant.fields else { continue };
        text.push_str("\n| field | type | what |\n|---|---|---|\n");
        for field in &fields.named {
            let (name, ty) = (field.ident.as_ref().unwrap(), json_type(&field.ty));
            writeln!(text, "| `{name}` | {ty} | {} |", doc(&field.attrs)).unwrap();
        }
    }
    text
}

#[test]
fn the_document_should_be_that_of_the_events() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(DOCUMENT);
    let document = document();
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some_and(|value| value == "1") {
        std::fs::write(&path, &document).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == document,
        "{} is not what the events say; run `cargo xtask snapshots` and commit it",
        path.display()
    );
}
