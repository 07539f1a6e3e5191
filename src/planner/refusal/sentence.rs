//! A refusal as a sentence.

use std::fmt;

use itertools::Itertools;
use num_rational::Ratio;

use crate::planner::relax::layers;

use super::reason::{Binding, Reason};
use super::{Refusal, Subject, rounded_up};

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, " of kernel {}", self.kernel)?;
        if self.repeat > 1 {
            write!(f, ", repeated {} times,", self.repeat)
        } else {
            Ok(())
        }
    }
}

impl Subject {
    /// ", 65 asked", and where the jump makes a difference what that is in input positions.
    fn asked(&self, positions: i64, in_input: Option<i64>) -> String {
        match in_input {
            Some(field) if self.jump != Ratio::from_integer(1) => {
                format!(
                    "{positions} asked ({field} input positions at a jump of {})",
                    self.jump
                )
            }
            _ => format!("{positions} asked"),
        }
    }

    fn see(n: i64) -> &'static str {
        if n == 1 { "sees" } else { "see" }
    }
}

impl fmt::Display for Refusal {
    #[expect(
        clippy::too_many_lines,
        reason = "one sentence for each reason, side by side"
    )]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let subject = &self.subject;
        let (least_asked, greatest_asked) = subject.receptive_field;
        match &self.reason {
            Reason::OuterTaps { input, share, most } => write!(
                f,
                "on {input} positions even dilation 1 keeps the outer taps inside for a share of {most:.4}, {share} asked"
            )?,
            Reason::NoRoomToRise { layers: n, cap } => {
                write!(
                    f,
                    "{n} rising dilations need a largest of at least {n}, {cap} allowed"
                )?;
            }
            Reason::TooShort {
                layers: n,
                most,
                asked,
                binding,
            } => {
                let asked = subject.asked(*asked, least_asked);
                let see = Subject::see(*n);
                write!(f, "{}{subject} {see} at most {most} positions ", layers(*n))?;
                let rising = if subject.allow_equal { "" } else { "rising " };
                match *binding {
                    Binding {
                        max_dilation: None,
                        published: false,
                    } => write!(f, "without a hole")?,
                    Binding {
                        max_dilation: None,
                        published: true,
                    } => write!(f, "within the published maximum distance")?,
                    Binding {
                        max_dilation: Some(cap),
                        published,
                    } => {
                        write!(f, "with {rising}dilations up to {cap}")?;
                        if published {
                            write!(f, " within the published maximum distance")?;
                        }
                    }
                }
                write!(f, ", {asked}")?;
            }
            Reason::TooWide {
                layers: n,
                least,
                asked,
            } => {
                let asked = match greatest_asked {
                    Some(_) => subject.asked(*asked, greatest_asked),
                    None => format!("{asked}, the limit of a network"),
                };
                let kind = if subject.allow_equal || *n == 1 {
                    ""
                } else {
                    " with rising dilations"
                };
                write!(
                    f,
                    "{}{subject}{kind} {} at least {least} positions, at most {asked}",
                    layers(*n),
                    Subject::see(*n)
                )?;
            }
            Reason::Between { below, above, gain } => {
                write!(
                    f,
                    "no receptive field in the range asked: they are 1 plus multiples of {gain}"
                )?;
                let nearest = [below, above].into_iter().flatten().format(" and ");
                write!(f, ", the nearest are {nearest}")?;
            }
            Reason::BelowEveryLobe { asked, bound } => {
                write!(
                    f,
                    "no schedule of so many layers has a lobe below {bound:.3e}, at most {asked} asked"
                )?;
            }
            Reason::LobeTooHigh {
                asked,
                lowest: Some(lowest),
            } => {
                write!(
                    f,
                    "the lowest lobe is {}, at most {asked} asked",
                    rounded_up(*lowest)
                )?;
            }
            Reason::LobeTooHigh {
                asked,
                lowest: None,
            } => write!(f, "all schedules have a lobe above {asked}")?,
            Reason::Unproved { nodes } => {
                write!(
                    f,
                    "none found, but the search ended after {nodes} steps before all were looked at"
                )?;
            }
        }
        if let Some(nearest) = self.nearest() {
            write!(f, "; {nearest}")?;
        }
        Ok(())
    }
}
