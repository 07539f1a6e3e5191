//! Edits of a file by bytes, the words that a misspelt one may have meant, and the ratio behind two sizes.

use degrid::config::{Edit, EditError, apply, parse};
use degrid::network::AxisOp;
use num_rational::Ratio;

#[test]
fn edits_come_in_any_order_and_may_not_overlap() {
    let edit = |span, text: &str| Edit {
        span,
        text: text.to_owned(),
    };
    let edits = [edit(4..5, "five"), edit(0..1, "one")];
    assert_eq!(apply("1 3 5", &edits).unwrap(), "one 3 five");
    assert!(matches!(
        apply("123", &[edit(0..2, ""), edit(1..3, "")]),
        Err(EditError::Overlap(..))
    ));
    for (text, span) in [("ä", 0..1), ("a", 0..2)] {
        assert!(matches!(
            apply(text, &[edit(span, "")]),
            Err(EditError::Outside(_))
        ));
    }
}

#[test]
fn misspelt_keys_and_words_of_other_tools() {
    for (key, help) in [
        ("rate", "did you mean `dilation`?"),
        ("kernal", "did you mean `kernel`?"),
        ("Kernel", "did you mean `kernel`?"),
        ("zebra", "known keys: op, name, kernel"),
    ] {
        let problems = parse(&format!("[[stage]]\nlayers = [{{ {key} = 1 }}]\n")).unwrap_err();
        let given = problems[0].help.as_deref().unwrap();
        assert!(given.starts_with(help), "{key}: {given}");
    }
}

#[test]
fn whole_factors_behind_sizes() {
    for (from, to, ratio) in [
        (65, 513, Ratio::new(1, 8)),
        (33, 65, Ratio::new(1, 2)),
        (10, 15, Ratio::new(2, 3)),
        (7, 7, Ratio::new(1, 1)),
        (1, 9, Ratio::new(1, 9)),
    ] {
        let layer = format!("{{ op = \"upsample\", size = {to} }}");
        let file = format!("dims = 1\ninput = {from}\n[[stage]]\nlayers = [{layer}]\n");
        let network = parse(&file).unwrap().network;
        let AxisOp::Resize(resize) = network.layers[0].op.axes[0] else {
            panic!("{from} to {to} is no upsampling")
        };
        assert_eq!(resize.nominal, ratio, "{from} to {to}");
    }
}
