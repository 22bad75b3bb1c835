"""A table as CSV that no spreadsheet runs, and as one HTML page that prints."""

import csv
import html
import io
from collections.abc import Iterable, Sequence

from seatkeeper.rules.plain import plain

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
@page {{ size: A4 landscape; margin: 12mm; }}
body {{ font: 9.5pt/1.35 "DejaVu Sans", "Helvetica Neue", Arial, sans-serif; color: #111; margin: 1.5rem; }}
h1 {{ font-size: 15pt; margin: 0 0 .3rem; }}
p {{ margin: .15rem 0; max-width: 60rem; }}
table {{ border-collapse: collapse; width: 100%; margin-top: .8rem; }}
thead {{ display: table-header-group; }}
tr {{ break-inside: avoid; }}
th, td {{ text-align: left; vertical-align: top; padding: .25rem .5rem; border-bottom: 1px solid #bbb;
  overflow-wrap: anywhere; }}
th {{ border-bottom: 2px solid #111; overflow-wrap: normal; }}
@media print {{ body {{ margin: 0; font-size: 8pt; }} }}
</style>
</head>
<body>
<h1>{title}</h1>
{paragraphs}
<table>
<thead><tr>{head}</tr></thead>
<tbody>
{rows}
</tbody>
</table>
</body>
</html>
"""


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The table as CSV; a cell that a spreadsheet would take for a formula begins with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return out.getvalue()


def _harmless(cell: str) -> str:
    text = plain(cell)
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text


def html_page(
    title: str, paragraphs: Iterable[str], columns: Sequence[str], rows: Iterable[Sequence[str]]
) -> str:
    """One page that needs nothing beside itself: no script, no font, no picture from anywhere."""
    return _PAGE.format(
        title=_text(title),
        paragraphs="\n".join(f"<p>{_text(paragraph)}</p>" for paragraph in paragraphs),
        head="".join(f'<th scope="col">{_text(column)}</th>' for column in columns),
        rows="\n".join("<tr>" + "".join(f"<td>{_text(cell)}</td>" for cell in row) + "</tr>" for row in rows),
    )


def _text(text: str) -> str:
    return html.escape(plain(text))
