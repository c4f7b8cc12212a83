"""A suite's result as one self-contained HTML page."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from evals.scoring import Gate, Sample

ORDER = ("nothing", "blast", "segment rules", "twinpilot", "oracle")
COLOURS = {
    "nothing": "#b8b8b0",
    "blast": "#d98a6a",
    "segment rules": "#d9b45b",
    "twinpilot": "#1f6f5c",
    "oracle": "#3b4a6b",
}


def write_page(path: Path, suite: str, seed: int, gates: tuple[Gate, ...], samples: tuple[Sample, ...]) -> None:
    """Write the page; same results, same bytes."""
    environment = Environment(
        loader=PackageLoader("evals", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    page = environment.get_template("suite.html.jinja").render(
        suite=suite,
        seed=seed,
        gates=gates,
        samples=samples,
        order=ORDER,
        passed=all(gate.passed for gate in gates),
        picture=picture(samples),
    )
    path.write_text(page, encoding="utf-8")


def picture(samples: tuple[Sample, ...]) -> str:
    """An SVG of the value each policy brought in each world, in units of money."""
    import altair
    import vl_convert

    rows = [
        {"world": sample.world, "policy": name, "value": round(sample.net[name] / 1e6, 2)}
        for sample in samples
        for name in ORDER
    ]
    chart = (
        altair.Chart(altair.Data(values=rows))
        .mark_bar()
        .encode(
            x=altair.X("value:Q", title="true incremental margin, after message and offer cost (USD)"),
            y=altair.Y("policy:N", sort=list(ORDER), title=None),
            color=altair.Color(
                "policy:N",
                scale=altair.Scale(domain=list(ORDER), range=[COLOURS[name] for name in ORDER]),
                legend=None,
            ),
            row=altair.Row(
                "world:N",
                sort=[sample.world for sample in samples],
                title=None,
                header=altair.Header(
                    labelAngle=0, labelAlign="left", labelOrient="top", labelAnchor="start", labelFontWeight="bold"
                ),
            ),
        )
        .properties(width=760, height=88, background="transparent")
        .configure_view(stroke=None)
        .configure_axis(grid=False, labelFont="sans-serif", titleFont="sans-serif", labelFontSize=12, titleFontSize=12)
        .configure_header(labelFont="sans-serif", labelFontSize=13)
    )
    return str(vl_convert.vegalite_to_svg(chart.to_dict()))
