//! Tables with fixed keys.

/// Declares a table of the file: a struct of optional fields that reads itself, knows its keys, and reports unknown ones.
///
/// Its schema comes from the same declaration: comments become descriptions, and what follows `where` narrows the schema of a key.
/// `elsewhere` lists keys of other tables that people write here, with the place where they belong.
macro_rules! table {
    ($(#[doc = $doc:literal])* $name:ident, $called:literal, {
        $($(#[doc = $key_doc:literal])* $key:ident: $type:ty $(where $narrowed:expr)?,)*
    } $(, elsewhere { $($place:literal: $elsewhere:expr,)* })?) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, Default)]
        pub struct $name {
            $($(#[doc = $key_doc])* pub $key: Option<$crate::config::read::At<$type>>,)*
            /// The keys that stand in the file, with their places.
            pub keys: Vec<$crate::config::read::At<&'static str>>,
            /// Whether keys stand there that the table does not have, so that what seems missing may only be misspelt.
            pub has_unknown: bool,
        }

        impl $name {
            /// The keys of this table.
            pub const KEYS: &'static [&'static str] = &[$(stringify!($key)),*];

            /// Keys of other tables, by the place where they belong.
            const ELSEWHERE: &'static [$crate::config::read::Elsewhere] = &[$($(($place, $elsewhere),)*)?];

            /// Reads the entries of a table.
            pub fn read(table: &toml::de::DeTable<'_>, reader: &mut $crate::config::read::Reader) -> Self {
                let mut this = Self::default();
                for (key, value) in $crate::config::read::in_order(table) {
                    match key.get_ref().as_ref() {
                        $(stringify!($key) => {
                            this.keys.push($crate::config::read::At::new(stringify!($key), key.span()));
                            this.$key = $crate::config::read::FromToml::from_toml(value, reader);
                        })*
                        other => {
                            this.has_unknown = true;
                            reader.unknown_key(other, key.span(), $called, Self::KEYS, Self::ELSEWHERE);
                        }
                    }
                }
                this
            }

            /// Whether a key stands in the file, though its value may be faulty.
            #[must_use]
            pub fn has(&self, key: &str) -> bool {
                self.keys.iter().any(|k| k.value == key)
            }
        }

        impl $crate::config::read::FromToml for $name {
            fn from_toml(value: &toml::Spanned<toml::de::DeValue<'_>>, reader: &mut $crate::config::read::Reader) -> Option<Self> {
                if let toml::de::DeValue::Table(table) = value.get_ref() {
                    return Some(Self::read(table, reader));
                }
                reader.wrong_type(concat!("a table (", $called, ")"), value);
                None
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).trim_start_matches("Raw").to_lowercase().into()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let mut table = $crate::config::schema::types::Table::new(&[$($doc),*]);
                $(table.key::<$type>(stringify!($key), &[$($key_doc),*], &[$(&$narrowed)?], generator);)*
                table.finish()
            }
        }
    };
}
pub(crate) use table;
