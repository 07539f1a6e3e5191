//! Padding that a repaired dilation carries along, written for each side of its own.

use degrid::config::{Around, FixRequest, fix_in, parse};
use degrid::network::{AxisOp, Window};

/// Kernel, dilation, and padding of the low and the high side.
type Layer = (i64, i64, i64, i64);

fn file((kernel, dilation, low, high): Layer, first: &str) -> String {
    format!(
        "input = [90]\n[[stage]]\nlayers = [{first}{{ kernel = {kernel}, dilation = {dilation}, padding = [[{low}, {high}]] }}]\n"
    )
}

/// The last layer of a file.
fn last(text: &str) -> Layer {
    let network = parse(text).unwrap().network;
    match network.layers.last().unwrap().op.axes[0] {
        AxisOp::Window(Window {
            kernel,
            dilation,
            low,
            high,
            ..
        }) => (kernel.into(), dilation.into(), low, high),
        _ => panic!("{text}"),
    }
}

/// Every padding of a layer whose dilation has to shrink, to 1 and to 3: the map keeps its size, and the taps stay where they were about the
/// output's own position, as far as padding can.
#[test]
fn padding_of_each_side_follows() {
    let (mut taps_kept, mut uneven, mut stopped, mut refused) = (0, 0, 0, 0);
    for (first, dilations, new) in [("", 2..=3, 1), ("{ padding = 1 }, ", 5..=5, 3)] {
        for (kernel, dilation) in itertools::iproduct!(2..=4_i64, dilations) {
            let (before, after) = ((kernel - 1) * dilation, (kernel - 1) * new);
            for (low, high) in itertools::iproduct!(0..=before + 1, 0..=before + 1) {
                let text = file((kernel, dilation, low, high), first);
                let request = FixRequest { may_shrink: true };
                let done = fix_in(&text, &Around::default(), request).unwrap();
                if low + high < before - after || (low, high) == (0, 0) {
                    // No padding is so small that the map would keep its size.
                    assert_eq!(done.text, text);
                    assert!(!done.left.is_empty(), "{text}");
                    refused += 1;
                    continue;
                }
                let (_, found, new_low, new_high) = last(&done.text);
                assert_eq!(found, new, "{text}{}", done.text);
                assert_eq!(new_low + new_high - after, low + high - before, "{text}");
                let is_halved = low == before / 2 && high == before - low;
                if low + high == before && low % dilation == 0 && !is_halved {
                    // A tap is on the output's own position, and the same tap stays there.
                    assert_eq!(new_low, low / dilation * new, "{text}");
                    taps_kept += 1;
                } else if new_low > 0 && new_high > 0 {
                    // The middle of the taps moves by half a position at most.
                    let moved = (after - 2 * new_low) - (before - 2 * low);
                    assert!(moved.abs() <= 1, "{text}{}", done.text);
                    uneven += usize::from(low != high);
                } else {
                    // It would move less if padding could be below none.
                    let moved = (after - 2 * new_low) - (before - 2 * low);
                    let is_stopped = (new_low == 0 && moved <= 1) || (new_high == 0 && moved >= -1);
                    assert!(is_stopped, "{text}{}", done.text);
                    stopped += 1;
                }
            }
        }
    }
    assert!(
        taps_kept > 10 && uneven > 100 && stopped > 10 && refused > 10,
        "{taps_kept}, {uneven}, {stopped}, {refused}"
    );
}
