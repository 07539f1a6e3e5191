#!/usr/bin/env python3
"""Writes what the fuzz targets start from: the networks and models of the repository, into corpus/, and the words of network files, as toml.dict."""

import json
import random
import shutil
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
CORPUS = HERE / "corpus"
# Larger models are left out: mutating them is slow.
MOST_BYTES = 48 * 1024


def put(target: str, name: str, data: bytes) -> None:
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def networks() -> list[str]:
    """Network files: those of the repository, of its pages, and those that PyTorch was asked about."""
    texts = set()
    for pattern in ["configs/**/*.toml", "tests/data/answers/*.toml"]:
        texts |= {path.read_text() for path in ROOT.glob(pattern)}
    for page in ROOT.glob("docs/**/*.md"):
        texts |= {block.partition("```")[0] for block in page.read_text().split("```toml\n")[1:]}
    for cases in ROOT.glob("tests/data/*.jsonl"):
        # Cases of a kind are much alike; some are not of networks.
        found = (json.loads(line).get("toml") for line in cases.read_text().splitlines()[::8])
        texts |= set(filter(None, found))
    return sorted(texts)


def words(schema: object) -> set[str]:
    """Keys, as the start of an assignment, and words, in quotes."""
    found = set()
    if isinstance(schema, dict):
        if isinstance(keys := schema.get("properties"), dict):
            found |= {f"{key} = " for key in keys}
        texts = [*schema.get("enum", []), schema.get("const")]
        found |= {f'"{text}"' for text in texts if isinstance(text, str)}
        schema = list(schema.values())
    if isinstance(schema, list):
        for part in schema:
            found |= words(part)
    return found


def main() -> None:
    rng = random.Random(1)
    for index, text in enumerate(networks()):
        name, data = f"{index:04}.toml", text.encode()
        put("check", name, data)
        put("fix", name, data)
        # The first bytes choose a view: see targets/show.rs.
        put("show", name, rng.randbytes(8) + bytes([rng.choice([0, 0, rng.randrange(256)])]) + data)
    for target, pattern in [("onnx", "tests/data/onnx/*.onnx"), ("graph", "tests/data/graphs/*.json")]:
        for path in ROOT.glob(pattern):
            if path.stat().st_size <= MOST_BYTES:
                folder = CORPUS / target
                folder.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, folder)
    # These make what they test of any bytes.
    for target in ["network", "plan"]:
        for index in range(64):
            put(target, f"{index:04}", rng.randbytes(200))
    extra = {"[[stage]]\n", "[defaults]\n", "[target]\n", "[rules]\n", "{ ", " }", "[[", "]]", ", ", "# degrid: allow(", "\ufeff", "\r\n"}
    extra |= {str(number) for number in [4096, 4097, 2**24, 2**24 + 1, 2**31 - 1, 2**40, 2**63 - 1]}
    found = sorted(words(json.loads((ROOT / "schema/degrid.schema.json").read_text())) | extra)
    quoted = ["".join(chr(b) if 32 <= b < 127 and b not in b'"\\' else f"\\x{b:02x}" for b in word.encode()) for word in found]
    (HERE / "toml.dict").write_text("".join(f'"{word}"\n' for word in quoted))


if __name__ == "__main__":
    main()
