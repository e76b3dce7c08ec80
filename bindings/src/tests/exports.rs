//! Every export, read in the source: a panic in it becomes `internal`, without its text.

use std::collections::BTreeSet;
use std::path::Path;

use syn::{Attribute, Block, Expr, File, ImplItem, Item, Signature, Stmt, TraitItem, Type};

/// What makes exports of one shape each.
const MACROS: [&str; 2] = ["spoken", "named"];

/// Whether it carries `#[uniffi::export…]`.
fn is_export(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().segments.iter().map(|part| &part.ident).eq(["uniffi", "export"]))
}

fn is_call_of(expr: &Expr, functions: &[&str]) -> bool {
    let Expr::Call(call) = expr else { return false };
    matches!(&*call.func, Expr::Path(path) if functions.iter().any(|function| path.path.is_ident(function)))
}

/// Whether it awaits a task of the core, or what its lifecycle answers, and does nothing with that but pass it on.
fn awaits_the_core(expr: &Expr) -> bool {
    match expr {
        Expr::Await(waits) => match &*waits.base {
            Expr::MethodCall(call) => matches!(&*call.receiver, Expr::Field(field)
                if matches!(&field.member, syn::Member::Named(name) if name == "app")),
            called => is_call_of(called, &["call", "blocking"]),
        },
        Expr::Try(tried) => awaits_the_core(&tried.expr),
        Expr::Call(wrapped) if is_call_of(expr, &["Ok"]) => wrapped.args.iter().all(awaits_the_core),
        _ => false,
    }
}

fn is_contained(signature: &Signature, body: &Block) -> bool {
    match (&body.stmts[..], signature.asyncness.is_some()) {
        ([Stmt::Expr(only, None)], false) => is_call_of(only, &["guarded"]),
        ([.., Stmt::Expr(last, None)], true) => awaits_the_core(last),
        _ => false,
    }
}

#[derive(Default)]
struct Found {
    /// As the generated header names them: `func_NAME`, `method_OBJECT_NAME`, `constructor_OBJECT_NAME`.
    names: BTreeSet<String>,
    uncontained: Vec<String>,
}

impl Found {
    fn add(&mut self, name: String, signature: &Signature, body: &Block) {
        if !is_contained(signature, body) {
            self.uncontained.push(name.clone());
        }
        self.names.insert(name);
    }

    fn read(&mut self, file: File) {
        for item in file.items {
            match item {
                Item::Fn(function) if is_export(&function.attrs) => {
                    self.add(format!("func_{}", function.sig.ident), &function.sig, &function.block);
                }
                Item::Impl(block) if is_export(&block.attrs) => {
                    let Type::Path(object) = &*block.self_ty else { panic!("an export of what has no name") };
                    let object = object.path.segments.last().unwrap().ident.to_string().to_lowercase();
                    for item in block.items {
                        let ImplItem::Fn(function) = item else { continue };
                        let sort = if function.sig.receiver().is_some() { "method" } else { "constructor" };
                        self.add(format!("{sort}_{object}_{}", function.sig.ident), &function.sig, &function.block);
                    }
                }
                // What an app implements; its own errors are dropped where it is called.
                Item::Trait(listener) if is_export(&listener.attrs) => {
                    let object = listener.ident.to_string().to_lowercase();
                    for item in listener.items {
                        let TraitItem::Fn(function) = item else { continue };
                        self.names.insert(format!("method_{object}_{}", function.sig.ident));
                    }
                }
                // `spoken!` and `named!`: a function for each view or value, all from one shape.
                Item::Macro(made) if MACROS.iter().any(|name| made.mac.path.is_ident(name)) => {
                    let text = made.mac.tokens.to_string();
                    let names =
                        text.split_whitespace().filter(|word| word.starts_with("speak_") || word.ends_with("_name"));
                    self.names.extend(names.map(|name| format!("func_{}", name.trim_end_matches(':'))));
                }
                Item::Macro(shape)
                    if shape.ident.as_ref().is_some_and(|ident| MACROS.iter().any(|name| ident == name)) =>
                {
                    let text: String = shape.mac.tokens.to_string().split_whitespace().collect();
                    if !text.contains("->Result<String,HongqiError>{guarded(||") {
                        self.uncontained.extend(shape.ident.map(|ident| format!("{ident}!")));
                    }
                }
                _ => {}
            }
        }
    }
}

#[test]
fn a_panic_in_any_export_is_contained() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Found::default();
    for file in std::fs::read_dir(here.join("src")).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            found.read(syn::parse_file(&std::fs::read_to_string(path).unwrap()).unwrap());
        }
    }
    assert!(found.uncontained.is_empty(), "neither `guarded` nor awaiting the core: {:?}", found.uncontained);

    // None was overlooked: the header has been generated from the library itself.
    let header = std::fs::read_to_string(here.join("swift/Sources/HongqiFFI/HongqiFFI.h")).unwrap();
    let exported = header.split("uniffi_hongqi_ffi_checksum_").skip(1);
    let exported: BTreeSet<_> = exported.map(|rest| rest.split('(').next().unwrap().to_owned()).collect();
    assert_eq!(found.names, exported);
}

#[test]
fn an_export_that_contains_nothing_is_found() {
    for (body, name) in [
        ("#[uniffi::export] pub fn bare() -> Result<u32, E> { Ok(text.parse()?) }", "func_bare"),
        ("#[uniffi::export] pub fn before() -> R { let n = more()?; guarded(|| Ok(n)) }", "func_before"),
        ("#[uniffi::export] impl Feed { pub fn bare(&self) -> R { self.0.read() } }", "method_feed_bare"),
        ("#[uniffi::export] pub async fn waits() -> R { Ok(decode(call(app, f).await?)) }", "func_waits"),
        ("#[uniffi::export] pub async fn works() -> R { Ok(1) }", "func_works"),
    ] {
        let mut found = Found::default();
        found.read(syn::parse_str(body).unwrap());
        assert_eq!(found.uncontained, [name], "{body}");
    }
}
