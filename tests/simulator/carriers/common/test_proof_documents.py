"""Proof-of-delivery documents: a PDF file that readers can parse."""

from pdf_reader import pdf_text

from simulator.carriers.common import proof_documents


def test_brackets_backslashes_and_other_scripts_do_not_break_the_file() -> None:
    assert pdf_text(proof_documents.pdf((r"a (b) \c", ")(", "Zürich 深圳"))) == "a (b) \\c\n)(\nZürich ??"
