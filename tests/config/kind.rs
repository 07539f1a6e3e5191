//! Which files are networks, which nearly, and which may not mean what they say.

use degrid::config::{Kind, kind};

#[test]
fn what_is_a_network() {
    for network in [
        "[[stage]]",
        "  [[ stage ]] # x",
        "[[\"stage\"]]\n",
        "[['stage']]",
        "\"st\\u0061ge\" = [{ dilations = [1] }]",
        "stage = [{ dilations = [1] }]",
        "stage = []",
        "[[stage]]\nname = \"build\"\nscript = \"make\"",
        // Wrong TOML is a network with a fault.
        "oops\n[[stage]]\ndilations = [1]",
        "name = a b\n[[ \"stage\" ]]\ndilations = [1]",
        "[[stage]]\ndilations = [1 2]",
        "\u{feff}[[stage]]\n",
    ] {
        assert_eq!(kind(network), Kind::Network, "{network}");
    }
    for (near, place, help) in [
        (
            "[[stages]]\ndilations = [1, 2]",
            "stages",
            "write `[[stage]]`",
        ),
        (
            "[[Stage]]\nname = \"a\"\nlayers = [{ kernel = 3 }]",
            "Stage",
            "write `[[stage]]`",
        ),
        (
            "[[stgae]]\nname = \"a\"\ndilations = [1, [2, 1], \"?\"]",
            "stgae",
            "write `[[stage]]`",
        ),
        (
            "[stage]\nkernel = 3\ndilations = [1]",
            "stage",
            "write [[stage]], with two brackets",
        ),
        (
            "stage.dilations = [1]",
            "stage",
            "write [[stage]], with two brackets",
        ),
        (
            "[[layer]]\nop = \"conv\"\nkernel = 3",
            "layer",
            "write `[[stage]]`, with `layers` or `dilations`",
        ),
        (
            "dims = 1\nlayers = [{ dilation = 2 }, { dilation = 4 }]",
            "layers",
            "write `[[stage]]`, with `layers` or `dilations`",
        ),
        (
            "name = \"net\"\nkernel = 3\ndilations = [1, 2, 5]",
            "dilations",
            "write a line `[[stage]]` before it",
        ),
    ] {
        let Kind::NearMiss(problem) = kind(near) else {
            panic!("{near}: {:?}", kind(near));
        };
        assert_eq!(
            (&near[problem.span.clone()], problem.help.as_deref()),
            (place, Some(help)),
            "{near}"
        );
    }
    for other in [
        "",
        "[package]\nname = \"x\"\n[dependencies]\nndarray = \"0.17\"",
        "stage = \"production\"",
        "stage = [\"build\", \"test\"]",
        "[stage]\nname = \"prod\"\nreplicas = 3",
        "[[stages]]\nname = \"build\"\nkernel = \"6.1\"",
        "[[stages]]\nname = \"build\"\nrepeat = 3",
        "[[layers]]\nname = \"base\"\nkeys = [\"a\", \"b\"]",
        "[[layers]]\ntype = \"conv\"\nkernel = 3\nfilters = 64\nactivation = \"relu\"",
        "[[layers]]\nname = \"relu1\"\nop = \"relu\"",
        "[layers]\nkernel = \"rbf\"",
        "[boot]\nkernel = 3\n",
        "[[stages]]\ndilations = []\n",
        "dilations = [1, 2]\nblur = 3\nerosions = [1]\n",
        // In a text of several lines.
        "help = '''\n[[stage]]\ndilations = [1]\n'''",
    ] {
        assert_eq!(kind(other), Kind::Other, "{other}");
    }
}

#[test]
fn channels_are_no_axis() {
    let doubts = |text: &str| {
        let text = format!("{text}\n[[stage]]\ndilations = [1]\n");
        degrid::config::parse(&text).unwrap().doubts
    };
    for image in [
        "input = [3, 513, 513]",
        "input = [1, 28, 28]",
        "input = [4, 5, 9]",
    ] {
        let found = doubts(image);
        assert_eq!(found.len(), 1, "{image}");
        assert!(
            found[0]
                .message
                .ends_with("is read as a volume: channels are no axis")
        );
    }
    let help = doubts("input = [3, 513, 512]")[0].help.clone().unwrap();
    assert!(
        help.contains("write `input = [513, 512]`") && help.contains("add `dims = 3`"),
        "{help}"
    );
    for sure in [
        "input = [513, 513]",
        "input = [16, 128, 128]",
        "input = [3, 3, 9]",
        "input = [2, 64, 64]",
        "input = [64, 64, 3]",
        "dims = 3\ninput = [3, 513, 513]",
        "input = [3, 513, 513]\ndefaults = { kernel = [1, 3, 3] }",
        "input = [3, 513, 513]\ntarget = { smallest_object = [1, 3, 3] }",
        "input = 3",
    ] {
        assert!(doubts(sure).is_empty(), "{sure}");
    }
    // Where it leaves the file without a network, the fault points at it.
    let text = "input = [3, 513, 513]\n[[stage]]\nkernel = [3, 5]\ndilations = [1]\n";
    let problems = degrid::config::parse(text).unwrap_err();
    let related = &problems[0].related;
    assert_eq!(related[0].1, "three axes: channels are no axis");
    assert_eq!(&text[related[0].0.clone()], "[3, 513, 513]");
    let sure = format!("dims = 3\n{text}");
    assert!(
        degrid::config::parse(&sure).unwrap_err()[0]
            .related
            .is_empty()
    );
    for stage in [
        "kernel = [1, 3, 3]\ndilations = [1]",
        "dilations = [1, [1, 2, 2]]",
        "layers = [{ kernel = [1, 3, 3] }]",
        "layers = [{ branches = [[{ dilation = [1, 2, 2] }], []] }]",
    ] {
        let text = format!("input = [3, 513, 513]\n[[stage]]\n{stage}\n");
        assert!(
            degrid::config::parse(&text).unwrap().doubts.is_empty(),
            "{stage}"
        );
    }
}
