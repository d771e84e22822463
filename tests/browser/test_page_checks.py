"""The checks themselves: a bad page must not pass them."""

from playwright.sync_api import Browser

from tests.browser.page_checks import accessibility_problems, structure_problems
from tests.browser.windows import PHONE

BAD_PAGE = """<!doctype html><html lang="en"><title>Bad</title><main>
<p style="color: #bbb; background: #fff">Hardly to be read</p>
<input name="plate"><div style="width: 900px">Wide</div></main></html>"""


def test_a_bad_page_is_told_everything_that_is_wrong(chromium: Browser) -> None:
    page = chromium.new_page(viewport=PHONE)
    page.set_content(BAD_PAGE)
    structure, accessibility = structure_problems(page), accessibility_problems(page)
    page.close()
    assert [problem.split(":")[0] for problem in structure] == [
        "a field has no label",
        "0 first headings instead of one",
        structure[-1],
    ]
    assert structure[-1].endswith("px wider than the window")
    assert [problem.split(":")[0] for problem in accessibility] == ["color-contrast", "label"]
