//! Arrays of more than two axes in files.

use crate::show::{degrid, folder, read_npy};

/// Path counts of a volume: a product over axes of the coefficients of (1 + x + x²)(1 + x² + x⁴), in both kinds of files.
#[test]
fn arrays_of_three_axes() {
    let folder = folder("volume");
    let toml = folder.join("volume.toml");
    std::fs::write(
        &toml,
        "dims = 3\n[[stage]]\nname = \"body\"\ndilations = [1, 2]\n",
    )
    .unwrap();
    let written = |name: &str, more: &[&str]| {
        let file = folder.join(name);
        let output = degrid(
            &[
                &["show", toml.to_str().unwrap(), "-o", file.to_str().unwrap()],
                more,
            ]
            .concat(),
        );
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        std::fs::read(file).unwrap()
    };
    let row = [1.0, 1.0, 2.0, 1.0, 2.0, 1.0, 1.0];
    let mut all = Vec::new();
    for z in row {
        for y in row {
            all.extend(row.map(|x| z * y * x));
        }
    }
    let (shape, values) = read_npy(&written("volume.npy", &[]));
    assert_eq!((shape, &values), (vec![7, 7, 7], &all));
    let table = String::from_utf8(written("volume.csv", &[])).unwrap();
    let counts: Vec<f64> = table
        .lines()
        .skip(1)
        .map(|line| line.rsplit(',').next().unwrap().parse().unwrap())
        .collect();
    assert_eq!(counts, all);
    assert_eq!(table.lines().next(), Some("z,y,x,state,paths"));
    // As truth values, with a hole at 3 of 11 positions.
    std::fs::write(
        &toml,
        "dims = 3\n[[stage]]\nname = \"body\"\ndilations = [1, 4]\n",
    )
    .unwrap();
    let bytes = written("coverage.npy", &["--coverage"]);
    let length = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    let header = std::str::from_utf8(&bytes[10..length]).unwrap();
    assert!(
        header.contains("'descr': '|b1'") && header.contains("(11, 11, 11)"),
        "{header}"
    );
    let is_read = |at: usize| at % 4 != 3;
    let wanted: Vec<u8> = (0..11 * 11 * 11)
        .map(|at| u8::from(is_read(at / 121) && is_read(at / 11 % 11) && is_read(at % 11)))
        .collect();
    assert_eq!(&bytes[length..], wanted);
}
