//! The JSON Schema (draft-07) of network files, for editors: made from the types that read a file.
//!
//! Each type's part stands beside its `FromToml`. Here is what they are built from, and what no single type says: keys that go
//! together (`together`) and the rules that a file may name (`rules`). The schema refuses nothing that [`parse`](super::parse)
//! accepts; what depends on other places of the file it leaves to the program.

mod rules;
mod together;
pub(crate) mod types;

use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use super::raw::RawFile;

/// The schema of network files.
///
/// ```
/// let schema = degrid::config::schema();
/// assert_eq!(schema["properties"]["dims"]["maximum"], 3);
/// ```
#[must_use]
pub fn schema() -> Value {
    let generator = SchemaSettings::draft07().into_generator();
    let mut schema = generator.into_root_schema_for::<RawFile>().to_value();
    schema["title"] = json!("degrid network file");
    together::file(&mut schema);
    together::stage(&mut schema["definitions"]["stage"]);
    together::layer(&mut schema["definitions"]["layer"]);
    together::cycle(&mut schema["definitions"]["cycle"]);
    rules::name(&mut schema);
    schema
}
