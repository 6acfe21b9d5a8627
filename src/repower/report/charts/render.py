"""A Vega-Lite dict drawn as an SVG that can stand beside others on one page."""

from __future__ import annotations

import re
from html import escape

from repower.report.charts.frame import FULL_PX, Spec
from repower.report.charts.palette import HATCHED, PAPER

_ID = re.compile(r'\bid="([^"]+)"')
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_LINK = re.compile(r'(?:xlink:)?href="#([^"]+)"')
_SIZE = re.compile(r'<svg [^>]*?width="([\d.]+)" height="([\d.]+)"[^>]*>')


def svg(spec: Spec, name: str, title: str) -> str:
    """Draw a chart.

    Parameters
    ----------
    spec : Vega-Lite chart.
    name : short name, unique on its page; every id in the drawing begins with it.
    title : what a screen reader says.

    Returns
    -------
    An ``<svg>`` element that refers to nothing outside itself.
    """
    import vl_convert

    drawing = vl_convert.vegalite_to_svg(spec)
    drawing = _ID.sub(rf'id="{name}-\1"', drawing)
    drawing = _REFERENCE.sub(rf"url(#{name}-\1)", drawing)
    drawing = _LINK.sub(rf'href="#{name}-\1"', drawing)
    patterns = ""
    for sentinel, colour in HATCHED.items():
        if f'fill="{sentinel}"' in drawing:
            pattern = f"{name}-hatch-{colour[1:]}"
            patterns += hatch_pattern(pattern, colour)
            drawing = drawing.replace(f'fill="{sentinel}"', f'fill="url(#{pattern})"')
    size = _SIZE.search(drawing)
    if size is None:
        raise ValueError("the renderer returned no sized SVG")
    width, height = (round(float(part)) for part in size.groups())
    # The renderer measures text in its own fonts; the column's full width keeps room for the reader's.
    width = max(width, FULL_PX)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(title)}" '
        f'width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
    )
    return f"{head}{f'<defs>{patterns}</defs>' if patterns else ''}{drawing[size.end() :]}"


def hatch_pattern(name: str, colour: str) -> str:
    """An SVG pattern of diagonal lines in `colour` on a light tint of it."""
    return (
        f'<pattern id="{name}" width="6" height="6" patternTransform="rotate(45)" patternUnits="userSpaceOnUse">'
        f'<rect width="6" height="6" fill="{PAPER}"/><rect width="6" height="6" fill="{colour}" fill-opacity="0.22"/>'
        f'<line x1="0" y1="0" x2="0" y2="6" stroke="{colour}" stroke-width="2.6"/></pattern>'
    )


def swatch(name: str, fill: str) -> str:
    """A small rectangle for a key; `fill` is a colour, or the sentinel of a hatch."""
    pattern = ""
    if fill in HATCHED:
        pattern = f"<defs>{hatch_pattern(name, HATCHED[fill])}</defs>"
        fill = f"url(#{name})"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="18" height="11" viewBox="0 0 18 11" aria-hidden="true">'
        f'{pattern}<rect width="18" height="11" fill="{fill}"/></svg>'
    )
