//! An input that may be written with its channels.

use super::problem::Problem;
use super::raw::{RawFile, RawLayer};
use super::read::{At, Axes, Int};

/// What is doubtful of an input such as `[3, 513, 513]`: read as a volume, it may be an image with its channels, which are no axis.
///
/// Nothing where the file has `dims`, or a list of three values elsewhere: it says that there are three axes.
pub(super) fn doubt(file: &RawFile) -> Option<Problem> {
    let input = file.input.as_ref()?;
    let Axes::Each(sizes) = &input.value else {
        return None;
    };
    let [first, y, x] = &sizes[..] else {
        return None;
    };
    let (channels, y, x) = (first.value.0, y.value.0, x.value.0);
    let looks_like_channels = [1, 3, 4].contains(&channels) && y > channels && x > channels;
    if !looks_like_channels || file.has("dims") || has_three_axes(file) {
        return None;
    }
    let message =
        format!("`input = [{channels}, {y}, {x}]` is read as a volume: channels are no axis");
    Some(
        Problem::new(message, input.span.clone())
            .label("three axes")
            .help(format!(
                "for an image write `input = [{y}, {x}]`; for a volume add `dims = 3`"
            )),
    )
}

/// Whether something besides the input has a value for each of three axes.
fn has_three_axes(file: &RawFile) -> bool {
    let stages = file.stage.iter().flat_map(|list| &list.value);
    file.defaults.as_ref().is_some_and(|at| {
        let defaults = &at.value;
        is_three(defaults.kernel.as_ref())
            || is_three(defaults.stride.as_ref())
            || is_three(defaults.padding.as_ref())
    }) || file.target.as_ref().is_some_and(|at| {
        is_three(at.value.receptive_field.as_ref()) || is_three(at.value.smallest_object.as_ref())
    }) || stages.into_iter().any(|at| {
        let stage = &at.value;
        let mut dilations = stage.dilations.iter().flat_map(|list| &list.value);
        is_three(stage.kernel.as_ref())
            || is_three(stage.stride.as_ref())
            || is_three(stage.padding.as_ref())
            || dilations.any(|at| matches!(&at.value, Axes::Each(each) if each.len() == 3))
            || layers(stage.layers.as_ref().map(|at| &at.value[..]))
    })
}

fn layers(list: Option<&[At<RawLayer>]>) -> bool {
    list.into_iter().flatten().any(|at| {
        let layer = &at.value;
        let sizes: [Option<&At<Axes<Int>>>; 5] = [
            layer.kernel.as_ref(),
            layer.stride.as_ref(),
            layer.output_padding.as_ref(),
            layer.factor.as_ref(),
            layer.size.as_ref(),
        ];
        let mut branches = layer.branches.iter().flat_map(|list| &list.value);
        sizes.into_iter().any(is_three)
            || is_three(layer.dilation.as_ref())
            || is_three(layer.padding.as_ref())
            || branches.any(|branch| layers(Some(&branch.value)))
    })
}

fn is_three<T>(value: Option<&At<Axes<T>>>) -> bool {
    matches!(value, Some(At { value: Axes::Each(each), .. }) if each.len() == 3)
}
