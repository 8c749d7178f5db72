"""Every sentence the intake can refuse a file with, in one place and in both languages."""

from __future__ import annotations

from dancu.core.refusal import Refusal

_SAY: dict[str, tuple[str, str]] = {
    "file_missing": (
        "Không tìm thấy tệp {file}; kiểm tra lại tên và thư mục.",
        "There is no file {file}; check its name and folder."),
    "file_is_folder": (
        "{file} là thư mục; hãy chỉ rõ một tệp trong đó.",
        "{file} is a folder; name one file inside it."),
    "file_not_readable": (
        "Không có quyền đọc tệp {file}; đóng chương trình đang mở tệp hoặc xin quyền đọc.",
        "The file {file} may not be read; close the program that holds it or ask for permission."),
    "file_empty": (
        "Tệp {file} rỗng, không có dòng nào để đối chiếu.",
        "The file {file} is empty: there is no row to check."),
    "password": (
        "Tệp {file} được đặt mật khẩu; mở bằng Excel, bỏ mật khẩu rồi lưu lại.",
        "The file {file} is protected by a password; open it, remove the password and save it again."),
    "zip_password": (
        "Tệp nén {file} được đặt mật khẩu; giải nén rồi đối chiếu từng tệp bên trong.",
        "The archive {file} is protected by a password; unpack it and check the files inside."),
    "zip_bomb": (
        "Tệp {file} bung ra quá lớn ({detail}) so với kích thước nén nên không được mở; lưu lại tệp từ nguồn tin cậy.",
        "The file {file} unpacks to far more than it should ({detail}) and was not opened; save it again from a "
        "trusted source."),
    "zip_nested": (
        "Tệp nén {file} chứa tệp nén khác ({detail}); giải nén một lần rồi đối chiếu tệp bên trong.",
        "The archive {file} holds another archive ({detail}); unpack it once and check what is inside."),
    "zip_no_table": (
        "Tệp nén {file} không chứa bảng dữ liệu nào (xlsx, xls, ods, csv, parquet, ndjson).",
        "The archive {file} holds no table (xlsx, xls, ods, csv, parquet, ndjson)."),
    "file_damaged": (
        "Tệp {file} bị hỏng hoặc chép chưa hết ({detail}); hãy chép hoặc xuất lại tệp.",
        "The file {file} is damaged or was not copied to its end ({detail}); copy or export it again."),
    "book_too_large": (
        "Bảng tính {file} quá lớn đối với dạng {detail}; hãy lưu lại thành xlsx hoặc csv rồi đối chiếu.",
        "The workbook {file} is too large for the format {detail}; save it as xlsx or csv and check that."),
    "not_a_table": (
        "Tệp {file} không phải bảng dữ liệu ({detail}); cần xlsx, xls, ods, csv, parquet hoặc ndjson.",
        "The file {file} is not a table ({detail}); xlsx, xls, ods, csv, parquet or ndjson is needed."),
    "line_too_long": (
        "Tệp {file} có dòng dài hơn một triệu ký tự, không phải bảng từng dòng; hãy xuất lại tệp, mỗi người một dòng.",
        "The file {file} has a line longer than a million characters, so it is not a table of rows; export it again "
        "with one person a line."),
    "no_header": (
        "Không tìm thấy dòng tiêu đề trong tệp {file} và nội dung các cột không đủ để nhận ra; hãy thêm một dòng tên "
        "cột (ví dụ: Số CCCD, Họ và tên, Ngày sinh).",
        "No header row was found in {file} and the contents of its columns do not tell what they are; add a row of "
        "column names (for example: ID number, full name, date of birth)."),
    "unknown_columns": (
        "Không nhận ra cột số định danh hay họ tên trong tệp {file}; các cột đọc được: {detail}; chỉ rõ bằng --map "
        '"tên cột=name" hoặc --map "tên cột=pin".',
        "No column of {file} was recognised as a number or a name; columns read: {detail}; say which with --map "
        '"column=name" or --map "column=pin".'),
    "no_rows": (
        "Tệp {file} chỉ có tiêu đề, không có dòng dữ liệu nào để đối chiếu.",
        "The file {file} has a header but no row of data to check."),
    "map_form": (
        '--map phải có dạng "tên cột=trường"; nhận được "{detail}".',
        '--map must read "column=field"; got "{detail}".'),
    "map_unknown_column": (
        'Không có cột "{wanted}" (--map) trong tệp {file}; các cột hiện có: {detail}.',
        'There is no column "{wanted}" (--map) in {file}; its columns are: {detail}.'),
    "map_unknown_field": (
        'Không có trường "{wanted}" (--map); các trường dùng được: {detail}.',
        'There is no field "{wanted}" (--map); the fields are: {detail}.'),
    "sheet_unknown": (
        'Không có trang tính "{wanted}" trong tệp {file}; các trang hiện có: {detail}.',
        'There is no sheet "{wanted}" in {file}; its sheets are: {detail}.'),
    "sheets_differ": (
        "Các trang tính được chọn của tệp {file} có tiêu đề khác nhau ({detail}); hãy đối chiếu từng trang.",
        "The chosen sheets of {file} have different headers ({detail}); check them one at a time."),
    "sheets_not_here": (
        "Tệp {file} không phải bảng tính nên không dùng được --sheet.",
        "The file {file} is not a workbook, so --sheet cannot be used."),
    "formula_without_values": (
        'Cột "{detail}" của tệp {file} chỉ có công thức mà không lưu kết quả; mở bằng Excel, tính lại rồi lưu.',
        'Column "{detail}" of {file} holds formulas without stored results; open it in Excel, recalculate and save.'),
    "ids_lost": (
        'Mọi số trong cột "{detail}" của tệp {file} đã bị Excel đổi sang dạng 1,2E+11 và mất chữ số; lấy lại cột này '
        "từ nguồn, định dạng Văn bản.",
        'Every number in column "{detail}" of {file} was turned into 1.2E+11 by Excel and lost digits; take that '
        "column from its origin again, formatted as text."),
    "too_many_columns": (
        "Tệp {file} có {detail} cột, quá giới hạn {limit}; hãy bỏ bớt cột không dùng hoặc kiểm tra dấu phân cách.",
        "The file {file} has {detail} columns, more than the limit of {limit}; drop what is not needed or check the "
        "delimiter."),
    "unreadable_file": (
        "Không đọc được tệp {file} ({detail}); hãy mở và lưu lại tệp rồi thử lại.",
        "The file {file} could not be read ({detail}); open it, save it again and retry."),
}  # fmt: skip

CODES = tuple(_SAY)
"""Stable codes, for tests and for the documentation."""


def refuse(code: str, *, file: object = "", **facts: object) -> Refusal:
    """The refusal `code` about `file` (only its last name is shown), filled with `facts`."""
    shown = getattr(file, "name", None) or str(file)
    vi, en = (text.format(file=shown, **facts) for text in _SAY[code])
    return Refusal(code, vi=vi, en=en)


def listed(names: object, limit: int = 30) -> str:
    """Names for a sentence: quoted, comma-separated, at most `limit` of them, none longer than 40 characters."""
    shown = [f'"{str(name)[:40]}"' for name in list(names)]  # type: ignore[call-overload]
    return ", ".join(shown[:limit]) + (", …" if len(shown) > limit else "")
