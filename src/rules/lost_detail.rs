//! `lost-detail`: every way to the output passes a map too coarse for the smallest object.

use num_rational::Ratio;

use crate::network::MapId;

use super::judgement::{Draft, Judgement, Part, Site, Subject, Verdict, along, positions};
use super::rule::Level;
use super::{Check, Facts, Numbers, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "lost-detail",
    level: Level::Warn,
    summary: "every path strides past objects of the target size",
    page: include_str!("../../docs/rules/lost-detail.md"),
    options: &[],
    check: Check::Network(check),
};

fn check(facts: &Facts<'_>, _: &Numbers<'_>) -> Vec<Judgement> {
    let network = facts.network;
    let Some(smallest) = facts.target.smallest_object else {
        return Vec::new();
    };
    let mut judgements = Vec::new();
    for &output in &network.outputs {
        let Some(last) = output.layer() else { continue };
        let stage = network.layers[last].stage;
        let lost = (0..network.dims).filter_map(|axis| {
            let coarsest = network.coarsest(axis);
            let jump = coarsest[output.0]?;
            (jump > Ratio::from_integer(i128::from(smallest[axis])))
                .then_some((axis, coarsest, jump))
        });
        let lost: Vec<_> = lost.collect();
        let Some((axis, coarsest, jump)) = lost.first() else {
            judgements.push(Judgement::plain(stage, Verdict::Pass));
            continue;
        };
        let axes: Vec<usize> = lost.iter().filter(|l| l.2 == *jump).map(|l| l.0).collect();
        let size = smallest[*axis];
        let culprit = culprit(facts, output, coarsest, size);
        let draft = Draft::new(
            Site::layer(network, culprit, Part::Stride),
            format!(
                "objects of {} can merge{}: every path to the output passes a map with one position for {jump} of the input",
                positions(size),
                along(network, &axes)
            ),
            "detail of that size is lost here",
        )
        .related(Site::new(Subject::SmallestObject, Part::All), "the target")
        .help(format!(
            "keep the total stride at {size} or less, with dilation in place of the last strides, or add a skip connection from before this layer"
        ));
        judgements.push(Judgement::fail(network.layers[culprit].stage, draft));
    }
    judgements
}

/// The first layer, on the finest path, whose map is too coarse.
fn culprit(facts: &Facts<'_>, output: MapId, coarsest: &[Option<Ratio<i128>>], size: i64) -> usize {
    let limit = Ratio::from_integer(i128::from(size));
    let mut map = output;
    while let Some(layer) = map.layer() {
        let inputs = &facts.network.layers[layer].inputs;
        let best = inputs
            .iter()
            .filter(|m| coarsest[m.0].is_some())
            .min_by_key(|m| coarsest[m.0]);
        match best {
            Some(&before) if coarsest[before.0].is_some_and(|c| c > limit) => map = before,
            _ => return layer,
        }
    }
    0
}
