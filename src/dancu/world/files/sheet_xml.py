"""An OpenDocument spreadsheet written as a stream: one sheet, text and number cells, fixed time stamps."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

_MIME = "application/vnd.oasis.opendocument.spreadsheet"
_STAMP = (2025, 7, 15, 8, 0, 0)
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<office:document-content '
    f'xmlns:office="{_OFFICE}office:1.0" xmlns:table="{_OFFICE}table:1.0" xmlns:text="{_OFFICE}text:1.0" '
    'office:version="1.3"><office:body><office:spreadsheet>'
)
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<manifest:manifest '
    f'xmlns:manifest="{_OFFICE}manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{_MIME}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)


def _entry(name: str, kind: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _STAMP)
    info.compress_type = kind
    info.external_attr = 0o644 << 16
    info.create_system = 3
    return info


class OdsSheet:
    """Rows go straight into content.xml; nothing is kept but the row count."""

    def __init__(self, path: Path, name: str, columns: int):
        self.zip = zipfile.ZipFile(path, "w")
        self.zip.writestr(_entry("mimetype", zipfile.ZIP_STORED), _MIME)
        self.zip.writestr(_entry("META-INF/manifest.xml"), _MANIFEST)
        self.content = self.zip.open(_entry("content.xml"), "w", force_zip64=True)
        self.columns = columns
        self.row = 0
        self._put(_HEAD + f'<table:table table:name="{escape(name)}">')
        self._put(f'<table:table-column table:number-columns-repeated="{columns}"/>')

    def _put(self, text: str) -> None:
        self.content.write(text.encode("utf-8"))

    def line(self, values, *, span: bool = False) -> None:
        """One row; ints become number cells, "" empty cells. `span` merges the first cell over the whole width."""
        cells = []
        for place, value in enumerate(values):
            if value == "":
                cells.append("<table:table-cell/>")
            elif isinstance(value, int):
                cells.append(
                    f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p>'
                    "</table:table-cell>"
                )
            else:
                wide = f' table:number-columns-spanned="{self.columns}"' if span and place == 0 else ""
                cells.append(
                    f'<table:table-cell office:value-type="string"{wide}><text:p>{escape(value)}</text:p>'
                    "</table:table-cell>"
                )
        if span:
            cells.append(f'<table:covered-table-cell table:number-columns-repeated="{self.columns - 1}"/>')
        self._put("<table:table-row>" + "".join(cells) + "</table:table-row>\n")
        self.row += 1

    def close(self) -> None:
        self._put("</table:table></office:spreadsheet></office:body></office:document-content>")
        self.content.close()
        self.zip.close()
