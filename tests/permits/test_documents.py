"""A mistyped identity number is found by its letter; other documents pass."""

import pytest

from core.errors import InvalidInput
from permits.documents import check_document


@pytest.mark.parametrize(
    "document",
    ["12345678Z", "12.345.678-z", "X1234567L", "Y1234567X", "Z1234567R", "PAB123456", "B12345674",
     ""],
)  # fmt: skip
def test_right_numbers_and_other_documents_pass(document: str) -> None:
    check_document(document)


@pytest.mark.parametrize("document", ["12345678A", "12345679Z", "21345678Z", "X1234567M"])
def test_a_mistyped_number_is_refused(document: str) -> None:
    with pytest.raises(InvalidInput, match="does not go with its digits"):
        check_document(document)
