//! A refusal as a sentence.

use std::fmt::{self, Display};

use itertools::Itertools;
use num_rational::Ratio;

use crate::network::counted;
use crate::planner::request::Request;

use super::reason::{Binding, Reason};
use super::{Refusal, rounded_up};

/// "3 layers of kernel 3, repeated 2 times,".
fn subject(request: &Request, n: i64) -> String {
    let repeated = match request.repeat {
        1 => String::new(),
        times => format!(", repeated {times} times,"),
    };
    format!(
        "{} of kernel {}{repeated}",
        counted(n, "layer"),
        request.kernel
    )
}

/// "65 asked", and where the jump makes a difference what that is in input positions.
fn asked(request: &Request, positions: i64, in_input: Option<i64>) -> String {
    let jump = request.jump;
    match in_input {
        Some(field) if jump != Ratio::from_integer(1) => {
            format!("{positions} asked ({field} input positions at a jump of {jump})")
        }
        _ => format!("{positions} asked"),
    }
}

fn see(n: i64) -> &'static str {
    if n == 1 { "sees" } else { "see" }
}

/// What keeps a schedule from being wider.
fn limit(request: &Request, binding: Binding) -> String {
    let published = "within the published maximum distance";
    let rising = if request.allow_equal { "" } else { "rising " };
    match (binding.max_dilation, binding.published) {
        (None, false) => "without a hole".to_owned(),
        (None, true) => published.to_owned(),
        (Some(cap), false) => format!("with {rising}dilations up to {cap}"),
        (Some(cap), true) => format!("with {rising}dilations up to {cap} {published}"),
    }
}

impl Reason {
    fn sentence(&self, request: &Request) -> String {
        let (least_asked, greatest_asked) = request.receptive_field;
        match self {
            Self::OuterTaps { input, share, most } => format!(
                "on {input} positions even dilation 1 keeps the outer taps inside for a share of {most:.4}, {share} asked"
            ),
            Self::NoRoomToRise { layers: n, cap } => {
                format!("{n} rising dilations need a largest of at least {n}, {cap} allowed")
            }
            Self::TooShort {
                layers: n,
                most,
                asked: least,
                binding,
            } => format!(
                "{} {} at most {most} positions {}, {}",
                subject(request, *n),
                see(*n),
                limit(request, *binding),
                asked(request, *least, least_asked)
            ),
            Self::TooWide {
                layers: n,
                least,
                asked: most,
            } => {
                let most = match greatest_asked {
                    Some(_) => asked(request, *most, greatest_asked),
                    None => format!("{most}, the limit of a network"),
                };
                let is_rising = !request.allow_equal && *n > 1;
                let kind = if is_rising {
                    " with rising dilations"
                } else {
                    ""
                };
                format!(
                    "{}{kind} {} at least {least} positions, at most {most}",
                    subject(request, *n),
                    see(*n)
                )
            }
            Self::Between { below, above, gain } => format!(
                "no schedule sees as many positions as asked: {} come nearest, as receptive fields are 1 plus a multiple of {gain}",
                [below, above].into_iter().flatten().format(" and ")
            ),
            Self::BelowEveryLobe { asked, bound } => format!(
                "no schedule of so many layers has a lobe below {bound:.3e}, at most {asked} asked"
            ),
            Self::LobeTooHigh {
                asked,
                lowest: Some(lowest),
            } => format!(
                "the lowest lobe is {}, at most {asked} asked",
                rounded_up(*lowest)
            ),
            Self::LobeTooHigh {
                asked,
                lowest: None,
            } => format!("all schedules have a lobe above {asked}"),
            Self::Unproved { nodes } => format!(
                "none found, but the search ended after {nodes} steps before all were looked at"
            ),
        }
    }
}

impl Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason.sentence(&self.request))?;
        if let Some(nearest) = self.nearest() {
            write!(f, "; {nearest}")?;
        }
        Ok(())
    }
}
