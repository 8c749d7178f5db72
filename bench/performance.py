"""Writes docs/performance.md from bench/results/*.json, so that no figure is typed by hand."""

from __future__ import annotations

import json
from pathlib import Path

from bench import harness
from bench.harness import RESULTS, ROOT, show

PAGE = ROOT / "docs" / "performance.md"
OPENING = """# Performance

Every line is one claim: a figure measured in one run on one machine beside a peer, and the bar it has to
meet. Ratios of time count the worse of wall clock and CPU seconds. Absolute figures are context; the ratios
are the claims. `make performance` writes this page from `bench/results/`; `make bench` measures again.
"""
ABSENT = "\nNothing has been measured yet.\n"


def page(folder: Path) -> str:
    """The whole page for the result files in `folder`, in the order of their names."""
    results = [json.loads(p.read_text(encoding="utf-8")) | {"name": p.stem} for p in sorted(folder.glob("*.json"))]
    return OPENING + ("\n".join(map(section, results)) if results else ABSENT)


def section(result: dict) -> str:
    """One bench: what was done, on what, the claims, the runs they came from."""
    box = result["machine"]
    if isinstance(box, dict):
        box = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in box.items())
    claims = [
        {
            "Claim": claim["name"],
            "Value": f"{show(claim['value'])} {claim['unit']}".strip(),
            "Bar": "" if claim.get("bar") is None else f"{'≥' if claim['at'] == 'least' else '≤'} {show(claim['bar'])}",
            "Holds": "" if claim.get("bar") is None else "yes" if claim["holds"] else "**no**",
            "Peer": claim.get("peer") or "",
            "Note": claim.get("note") or "",
        }
        for claim in result["claims"]
    ]
    lines = [
        f"\n## {result['name']}\n",
        result.get("about", ""),
        f"\nMeasured with `make bench-{result['name']}` on {result.get('date', 'an unknown day')}: {box}.\n",
        markdown(claims),
    ]
    if result.get("table"):
        lines += ["", markdown(result["table"])]
    return "\n".join(lines) + "\n"


def markdown(rows: list[dict]) -> str:
    """Rows of equal keys as a Markdown table."""
    if not rows:
        return ""
    heads = list(rows[0])
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += ["| " + " | ".join(show(row.get(h)).replace("|", "\\|") for h in heads) + " |" for row in rows]
    return "\n".join(lines)


def main() -> None:
    """Write the page."""
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(RESULTS), encoding="utf-8")
    print(f"written: {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    harness.told(__doc__)
    main()
