//! What every picture must be: texts that do not touch, files that are small, and numbers that can be read back.

use base64::Engine as _;
use degrid::draw::{Mark, Rect, Scene, png, svg};
use quick_xml::events::Event;
use serde_json::Value;

/// Most bytes of a picture.
const SVG: usize = 500_000;
const PNG: usize = 300_000;

/// Boxes of texts lie on the page and apart from each other.
pub fn assert_readable(name: &str, scene: &Scene) {
    let texts: Vec<(&str, Rect)> = scene
        .flat()
        .filter_map(|mark| match mark {
            Mark::Text(text) => Some((text.text.as_str(), text.bounds())),
            _ => None,
        })
        .collect();
    for (index, (text, own)) in texts.iter().enumerate() {
        let fits = own.x >= 0.0
            && own.y >= 0.0
            && own.x + own.width <= scene.width
            && own.y + own.height <= scene.height;
        assert!(fits, "{name}: {text:?} leaves the page: {own:?}");
        for (other, place) in &texts[index + 1..] {
            let apart = own.x + own.width <= place.x
                || place.x + place.width <= own.x
                || own.y + own.height <= place.y
                || place.y + place.height <= own.y;
            assert!(apart, "{name}: {text:?} and {other:?} overlap");
        }
    }
}

pub fn assert_small(name: &str, scene: &Scene) -> String {
    let (mut first, mut second) = (Vec::new(), Vec::new());
    svg(&mut first, scene).unwrap();
    png(&mut second, scene).unwrap();
    assert!(first.len() <= SVG, "{name}: SVG of {} bytes", first.len());
    assert!(second.len() <= PNG, "{name}: PNG of {} bytes", second.len());
    String::from_utf8(first).unwrap()
}

/// A grid of an SVG file: its data, its words, and its image where it has one.
#[derive(Debug, Default)]
pub struct Read {
    pub data: Vec<(String, String)>,
    pub titles: Vec<String>,
    pub images: Vec<Vec<u8>>,
}

impl Read {
    pub fn number(&self, name: &str) -> i64 {
        let found = self.data.iter().find(|(own, _)| own == name);
        found
            .unwrap_or_else(|| panic!("no {name}"))
            .1
            .parse()
            .unwrap()
    }
}

/// Reads the grids of an SVG file back.
pub fn grids(text: &str) -> Vec<Read> {
    let mut reader = quick_xml::Reader::from_str(text);
    let mut grids: Vec<Read> = Vec::new();
    let (mut is_title, mut is_inside) = (false, false);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) if tag.name().as_ref() == b"g" => {
                let data = tag.attributes().map(|a| {
                    let a = a.unwrap();
                    let name = String::from_utf8(a.key.as_ref().to_vec()).unwrap();
                    let value = String::from_utf8(a.value.to_vec()).unwrap();
                    (name.trim_start_matches("data-").to_owned(), value)
                });
                grids.push(Read {
                    data: data.collect(),
                    ..Read::default()
                });
                is_inside = true;
            }
            Event::Empty(tag) if tag.name().as_ref() == b"image" => {
                let href = tag.try_get_attribute("href").unwrap().unwrap();
                let href = String::from_utf8(href.value.to_vec()).unwrap();
                let data = href.strip_prefix("data:image/png;base64,").unwrap();
                let file = base64::engine::general_purpose::STANDARD.decode(data);
                let file = std::io::Cursor::new(file.unwrap());
                let mut reader = png::Decoder::new(file).read_info().unwrap();
                let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
                reader.next_frame(&mut pixels).unwrap();
                // The ramp of the legend is no grid.
                if let Some(grid) = grids.last_mut().filter(|_| is_inside) {
                    grid.images.push(pixels);
                }
            }
            Event::Start(tag) => is_title = tag.name().as_ref() == b"title",
            Event::Text(words) if is_title => {
                if let Some(grid) = grids.last_mut() {
                    grid.titles.push(String::from_utf8(words.to_vec()).unwrap());
                }
            }
            Event::End(tag) => {
                is_title = false;
                is_inside &= tag.name().as_ref() != b"g";
            }
            Event::Eof => return grids,
            _ => {}
        }
    }
}

/// A grid says of a footprint what its report says, and its cells are as many as that.
pub fn assert_numbers(name: &str, grid: &Read, report: &Value) {
    let footprint = &report["footprint"];
    let dims = footprint["extent"].as_array().unwrap().len();
    // Of a volume one cut is drawn.
    if dims < 3 {
        for key in ["covered", "gridding"] {
            assert_eq!(
                Some(grid.number(key)),
                footprint[key].as_i64(),
                "{name}: {key}"
            );
        }
        for key in ["first", "extent"] {
            let own = itertools::join(footprint[key].as_array().unwrap(), ",");
            assert!(grid.data.contains(&(key.to_owned(), own)), "{name}: {key}");
        }
    }
    if grid.number("block") > 1 {
        return;
    }
    let (holes, read) = if grid.titles.is_empty() {
        // Numbers of colours as in the palette: 1 for holes, levels from 5 on.
        let all = || grid.images.iter().flatten();
        // A cell is as many pixels as it has in the layout.
        let cells = grid.number("covered") + grid.number("gridding") + grid.number("outside");
        let each = all().count() / usize::try_from(cells).unwrap();
        let count = |is: fn(u8) -> bool| {
            let pixels = all().filter(|pixel| is(**pixel)).count();
            assert_eq!(pixels % each, 0, "{name}");
            pixels / each
        };
        (count(|pixel| pixel == 1), count(|pixel| pixel >= 5))
    } else {
        let count = |words: &[&str]| {
            let is = |title: &&String| words.iter().any(|words| title.contains(words));
            grid.titles.iter().filter(is).count()
        };
        (
            count(&[": hole from dilation"]),
            count(&[": paths ", ": read"]),
        )
    };
    assert_eq!(
        i64::try_from(holes).unwrap(),
        grid.number("gridding"),
        "{name}"
    );
    assert_eq!(
        i64::try_from(read).unwrap(),
        grid.number("covered"),
        "{name}"
    );
}
