//! Faulty files: which of them the schema refuses.

use std::collections::BTreeSet;

use degrid::config::parse;

use super::{cases, faults};

/// Of the faulty files, those in which the schema sees nothing, and why it cannot.
const PROGRAM_ONLY: &[(&str, &[&str])] = &[
    (
        "no TOML",
        &[
            "not_toml",
            "not_toml2",
            "dupkey",
            "rulesdup",
            "stage_tables",
            "spaces",
            "spaces_some",
            "spaces_nested",
            "spaces_bare",
            "parentheses",
            "parentheses_in",
            "parentheses_one",
            "bare_list",
            "comma",
            "comma_crlf",
            "colon",
            "colon_in",
            "colon_close",
            "no_hint",
            "no_hint2",
        ],
    ),
    ("comments", &["suppr", "suppr2", "suppr3"]),
    (
        "names of other stages",
        &[
            "from",
            "fwd",
            "self",
            "dup",
            "dup3",
            "outputs",
            "outputs_s",
            "likeunknown",
            "fwdinlike",
            "fromdupbad",
            "likeempty",
        ],
    ),
    (
        "the number of axes, which another table gives",
        &[
            "axes",
            "axes_d",
            "pad1d",
            "pad1dpair",
            "targetaxes",
            "cycle_axes",
        ],
    ),
    (
        "a stride and a padding, each perhaps from another table",
        &[
            "strsame",
            "strsame7",
            "strsame_w",
            "strsame_d",
            "strsame_rep",
            "defpad",
            "poolsame",
            "pad_per_axis_same",
        ],
    ),
    (
        "numbers that must fit each other",
        &["poolpad", "poolpad_dilated", "groups_apart", "groups_past"],
    ),
    (
        "sizes and resolutions, which have to be reckoned",
        &[
            "shrink",
            "mergesize",
            "mergejump",
            "resjump",
            "fromjump",
            "fromjump_in",
            "fromjump_both",
            "upshrink",
            "uplikecoarse",
            "outpad",
            "cropbig",
            "field",
            "stridejump",
            "phases",
            "upbig",
            "casc7",
            "rep_branch",
            "shrink_rep",
            "cropoff",
            "cropoffbig",
            "padwide",
            "slicepast",
            "poolwide",
            "pooltwo",
            "poolnever",
            "poolonce",
            "poolshrink",
        ],
    ),
    (
        "the input size, which another table gives",
        &["sizenoin", "cropnoin", "adaptnoin"],
    ),
    ("how often the stage is repeated", &["cycle_long"]),
    ("a valid file, for `degrid plan`", &["q"]),
];

#[test]
fn faulty_files() {
    let mut known = BTreeSet::new();
    let mut wrong = Vec::new();
    for case in cases::CASES.iter().flat_map(|list| list.iter()) {
        assert!(known.insert(case.name), "two cases are named {}", case.name);
        let unfinished = case.reported[0].0 == "this dilation is not decided yet";
        assert_eq!(parse(case.text).is_ok(), unfinished, "{}", case.name);
        let unseen = PROGRAM_ONLY
            .iter()
            .any(|(_, names)| names.contains(&case.name));
        match faults(case.text) {
            None => assert!(
                PROGRAM_ONLY[0].1.contains(&case.name),
                "{} is no TOML",
                case.name
            ),
            Some(faults) if faults.is_empty() != unseen => {
                wrong.push(format!(
                    "{} ({}): {faults:?}",
                    case.name, case.reported[0].0
                ));
            }
            Some(_) => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for name in PROGRAM_ONLY.iter().flat_map(|(_, names)| *names) {
        assert!(known.contains(name), "no case is named {name}");
    }
}
