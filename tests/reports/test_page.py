"""The page in a real browser: what it shows, what it answers to, and what it refuses to run."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import polars as pl
import pytest

from tcw.kpis.result import KpiResult
from tcw.reports.page.kpi import page, write_page
from tests.reports.kpi_factory import about, intake, made_up, nothing

pytestmark = pytest.mark.slow

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ATTACK = "</script><img src=x onerror=alert(1)><b id=boo>&amp;'\"</b><!--<script>"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--lang=sv"]
        )
        yield opened
        opened.close()


class Visit:
    """A page opened from a file, with everything it complained of or asked for."""

    def __init__(self, browser: Any, path: Path, **options: Any) -> None:
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(f"dialog {dialog.message}"))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(path.as_uri())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.context.close()
        if error[0] is None:
            assert self.complaints == []
            assert len(self.requests) == 1, "the page must ask the network for nothing"


@pytest.fixture(scope="module")
def result() -> KpiResult:
    return made_up()


@pytest.fixture(scope="module")
def swedish_page(tmp_path_factory: pytest.TempPathFactory, result: KpiResult) -> Path:
    path = tmp_path_factory.mktemp("page") / "nyckeltal.html"
    write_page(path, replace(result, notes=()), intake(clean=True), about(), "sv")
    return path


@pytest.mark.browser
class TestInABrowser:
    def test_hovering_a_week_shows_all_its_figures(
        self, browser: Any, swedish_page: Path, result: KpiResult
    ) -> None:
        with Visit(browser, swedish_page) as visit:
            box = visit.page.locator("#chart").bounding_box()
            visit.page.mouse.move(box["x"] + box["width"] - 5, box["y"] + 40)
            tip = visit.page.locator(".tip")
            assert tip.locator("strong").inner_text() == "Vecka 19, 2026"
            assert tip.locator("dt").count() == len(result.shown)
            absence = result.figures["week"]["absence_rate"][-1]
            assert f"{absence * 100:.1f}".replace(".", ",") + "\xa0%" in tip.inner_text()

    def test_arrow_keys_walk_the_weeks_and_say_them(self, browser: Any, swedish_page: Path) -> None:
        with Visit(browser, swedish_page) as visit:
            visit.page.locator("#chart").focus()
            visit.page.keyboard.press("ArrowRight")
            visit.page.keyboard.press("ArrowRight")
            assert (
                visit.page.locator("#week-said")
                .text_content()
                .startswith("Vecka 11, 2026: Anställningsgrad ")
            )
            visit.page.keyboard.press("End")
            assert visit.page.locator(".tip strong").inner_text() == "Vecka 19, 2026"
            visit.page.keyboard.press("Escape")
            assert visit.page.locator(".tip").is_hidden()

    def test_a_figure_opens_its_values_by_employee_and_week(
        self, browser: Any, swedish_page: Path, result: KpiResult
    ) -> None:
        with Visit(browser, swedish_page) as visit:
            visit.page.locator(".figure", has_text="Frånvarograd").focus()
            visit.page.keyboard.press("Enter")
            drill = visit.page.locator("#drill")
            assert drill.is_visible()
            assert visit.page.locator("#drill-title").inner_text() == "Frånvarograd"
            rows = drill.locator("tbody tr")
            assert rows.count() == 1 + 24
            first = result.figures["employee-week"].filter(pl.col("staff_id") == "0000")["absence_rate"]
            shown = rows.nth(1).locator("td").all_inner_texts()[1:]
            assert shown == [f"{value * 100:.1f}".replace(".", ",") + "\xa0%" for value in first]
            red = rows.nth(1).locator("td.red").count()
            assert red == (first > 0.1).sum() + (result.figures["employee"]["absence_rate"][0] > 0.1)
            visit.page.locator("#drill-search").fill("fatima ali")
            assert drill.locator("tbody tr").count() < 24
            visit.page.keyboard.press("Escape")
            assert drill.is_hidden()

    def test_figures_for_hourly_employees_leave_out_the_others(
        self, browser: Any, swedish_page: Path, result: KpiResult
    ) -> None:
        hourly = result.figures["employee"].filter(pl.col("employment_type") == "hourly").height
        with Visit(browser, swedish_page) as visit:
            visit.page.locator(".figure", has_text="Debiteringsgrad 2a").click()
            assert visit.page.locator("#drill tbody tr").count() == 1 + hourly

    def test_headings_sort_the_table_and_undefined_comes_last(
        self, browser: Any, swedish_page: Path, result: KpiResult
    ) -> None:
        with Visit(browser, swedish_page) as visit:
            heading = visit.page.locator("#people thead button", has_text="Deb. grad 1a")
            place = visit.page.locator("#people thead th").all_inner_texts().index(heading.inner_text())
            column = visit.page.locator(f"#people tbody tr > :nth-child({place + 1})")
            heading.click()
            falling = column.all_inner_texts()
            assert visit.page.locator("#people th[aria-sort=descending]").count() == 1
            heading.click()
            rising = column.all_inner_texts()
            defined = [float(text.split("\xa0")[0].replace(",", ".")) for text in rising if text != "–"]
            assert defined == sorted(defined)
            undefined = result.figures["employee"]["billing_rate_1a"].null_count()
            assert undefined > 0
            assert falling[-undefined:] == rising[-undefined:] == ["–"] * undefined

    def test_swedish_names_sort_as_in_swedish(self, browser: Any, swedish_page: Path) -> None:
        with Visit(browser, swedish_page) as visit:
            visit.page.locator("#people thead button").first.click()
            names = visit.page.locator("#people tbody th").evaluate_all(
                "cells => cells.map(c => c.firstChild.data)"
            )
            assert names[-1].startswith("Örjan")

    def test_the_table_filters_by_text_unit_and_red(
        self, browser: Any, swedish_page: Path, result: KpiResult
    ) -> None:
        rows = "#people tbody tr"
        with Visit(browser, swedish_page) as visit:
            visit.page.locator("#people-search").fill("LOTTA")
            wanted = result.figures["employee"].filter(pl.col("name").str.contains("Lotta")).height
            assert visit.page.locator(rows).count() == wanted
            assert visit.page.locator("#people-count").inner_text() == f"{wanted} av 24 anställda"
            visit.page.locator("#people-search").fill("")
            visit.page.locator("#people-unit").select_option("Hemtjänst 2")
            assert visit.page.locator(rows).count() == 6
            visit.page.locator("#people-unit").select_option("")
            visit.page.locator("#people-red").check()
            assert 0 < visit.page.locator(rows).count() < 24
            assert visit.page.locator(f"{rows}:not(:has(td.red))").count() == 0

    def test_a_line_can_be_hidden(self, browser: Any, swedish_page: Path) -> None:
        with Visit(browser, swedish_page) as visit:
            assert visit.page.locator("#chart .series").count() == 8
            visit.page.get_by_label("Visa Bokningsgrad i diagrammet").uncheck()
            assert visit.page.locator("#chart .series").count() == 7

    def test_a_phone_needs_no_sideways_scrolling(self, browser: Any, swedish_page: Path) -> None:
        with Visit(browser, swedish_page, viewport={"width": 360, "height": 740}, has_touch=True) as visit:
            visit.page.locator("#chart").tap()
            assert visit.page.locator(".tip").is_visible()
            assert visit.page.evaluate("document.documentElement.scrollWidth") <= 360

    def test_print_shows_the_tables_and_no_controls(self, browser: Any, swedish_page: Path) -> None:
        with Visit(browser, swedish_page) as visit:
            visit.page.emulate_media(media="print")
            assert visit.page.locator("#people-controls").is_hidden()
            assert visit.page.locator("#people tbody tr").first.is_visible()
            assert visit.page.locator("#chart svg").is_visible()
            assert visit.page.pdf(prefer_css_page_size=True).startswith(b"%PDF")

    def test_without_scripts_averages_and_table_are_there(self, browser: Any, swedish_page: Path) -> None:
        with Visit(browser, swedish_page, java_script_enabled=False) as visit:
            assert visit.page.locator("#people tbody tr").count() == 24
            assert "Frånvarograd" in visit.page.locator(".averages").inner_text()
            assert visit.page.locator("#people-controls").is_hidden()

    def test_attacks_in_the_data_are_text(self, browser: Any, tmp_path: Path) -> None:
        attacked = hostile(made_up(6, 3))
        path = tmp_path / "page.html"
        write_page(path, attacked, intake(clean=True), about(), "en")
        with Visit(browser, path) as visit:
            visit.page.locator(".figure", has_text="Absence rate").click()
            assert visit.page.locator("#boo, img").count() == 0
            assert visit.page.locator("#people tbody th").first.text_content().startswith(ATTACK)
            assert (
                visit.page.locator("#drill tbody tr").nth(1).locator("th").text_content().startswith(ATTACK)
            )
            assert visit.page.locator("#people-unit option").nth(1).text_content() == ATTACK

    def test_the_policy_stops_what_would_get_through(self, browser: Any, tmp_path: Path) -> None:
        text = page(made_up(3, 2), intake(clean=True), about(), "en")
        broken_in = text.replace("<footer>", "<footer><script>document.title = 'taken'</script>")
        (tmp_path / "page.html").write_text(broken_in, "utf-8")
        visit = Visit(browser, tmp_path / "page.html")
        assert visit.page.title() != "taken"
        assert any("Content Security Policy" in text for text in visit.complaints)
        visit.context.close()

    def test_an_empty_selection_still_makes_a_page(self, browser: Any, tmp_path: Path) -> None:
        write_page(tmp_path / "page.html", nothing(), intake(clean=True), about(None), "sv")
        with Visit(browser, tmp_path / "page.html") as visit:
            assert visit.page.locator("#people tbody tr").count() == 0

    def test_a_large_result_stays_usable(self, browser: Any, tmp_path: Path) -> None:
        path = tmp_path / "page.html"
        write_page(path, wide(3000, 52), intake(clean=True), about(), "en")
        with Visit(browser, path) as visit:
            assert visit.page.locator("#people tbody tr").count() == 200
            visit.page.locator("#people-more").click()
            assert visit.page.locator("#people tbody tr").count() == 1200
            visit.page.locator(".figure", has_text="Absence rate").click()
            assert visit.page.locator("#drill tbody tr").count() == 101
            visit.page.locator("#people-search").fill("2999")
            assert visit.page.locator("#people tbody tr").count() == 1


def hostile(result: KpiResult) -> KpiResult:
    figures = {
        grain: frame.with_columns(
            pl.col(name).replace_strict({}, default=ATTACK)
            for name in set(frame.columns) & {"name", "unit_id"}
        )
        for grain, frame in result.figures.items()
    }
    return replace(result, figures=figures, filters={"--unit": ATTACK}, notes=())


def wide(staff: int, weeks: int) -> KpiResult:
    """A large result, made by repeating a small one."""
    small = made_up(10, weeks)
    numbers = pl.DataFrame({"number": pl.int_range(staff // 10, eager=True)})

    def many(frame: pl.DataFrame) -> pl.DataFrame:
        ids = (pl.col("number") * 10 + pl.col("staff_id").cast(pl.Int64)).cast(pl.String).str.zfill(6)
        return (
            frame.join(numbers, how="cross")
            .with_columns(ids.alias("staff_id"))
            .drop("number")
            .sort("staff_id")
        )

    figures = dict(small.figures)
    figures["employee"] = many(small.figures["employee"])
    figures["employee-week"] = many(small.figures["employee-week"])
    return replace(small, figures=figures, warnings=many(small.warnings), notes=())


def test_data_cannot_end_the_script_element() -> None:
    text = page(hostile(made_up(3, 2)), intake(clean=True), about(), "en")
    assert text.count("</script>") == 2
    assert ATTACK not in text


def test_the_page_names_no_address() -> None:
    text = page(replace(made_up(3, 2), notes=()), intake(clean=True), about(), "sv")
    assert re.findall(r"https?://(?!www\.w3\.org/2000/svg)", text) == []
    assert "@import" not in text


def test_same_input_same_page() -> None:
    one, other = (page(made_up(5, 3), intake(clean=True), about(None), "en") for _ in range(2))
    assert one == other


def test_too_many_weekly_values_are_capped_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from tcw.reports.page import kpi as kpi_page

    monkeypatch.setattr(kpi_page, "VALUES_SHOWN", 5 * 4 * 8)
    result = replace(made_up(12, 4), notes=())
    facts = kpi_page.page_facts(result, "en")
    assert len(facts["drill"]["people"]) == 5
    assert "5 of 12 employees" in facts["drill"]["note"]
    warned = result.warnings.group_by("staff_id").len().sort("len", descending=True)["staff_id"].head(1)[0]
    assert int(warned) in facts["drill"]["people"]


@pytest.mark.browser
class TestOnAPhone:
    @pytest.fixture
    def phone(self, browser: Any, swedish_page: Path) -> Iterator[Visit]:
        options = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
        with Visit(browser, swedish_page, **options) as visit:
            yield visit

    def test_a_figure_opens_after_a_week_was_tapped(self, phone: Visit) -> None:
        box = phone.page.locator("#chart").bounding_box()
        phone.page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + 40)
        phone.page.locator(".tip strong").wait_for()
        phone.page.locator(".figure").nth(2).click()
        assert phone.page.locator("#drill").is_visible()

    def test_no_word_of_a_key_figure_is_broken_in_two(self, phone: Visit) -> None:
        broken = phone.page.evaluate(
            """[...document.querySelectorAll(".figure")].flatMap((figure) => {
                const text = figure.firstChild, range = document.createRange();
                return [...text.data.matchAll(/\\S+/g)].filter((word) => {
                    range.setStart(text, word.index);
                    range.setEnd(text, word.index + word[0].length);
                    return range.getClientRects().length > 1;
                }).map((word) => word[0]);
            })"""
        )
        assert broken == []

    def test_the_page_does_not_scroll_sideways(self, phone: Visit) -> None:
        assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.browser
def test_a_search_says_how_many_of_all_it_found(browser: Any, swedish_page: Path) -> None:
    with Visit(browser, swedish_page) as visit:
        visit.page.locator("#people-search").fill("0001")
        assert visit.page.locator("#people-count").inner_text() == "1 av 24 anställda"
        visit.page.locator(".figure").nth(0).click()
        visit.page.locator("#drill-search").fill("0001")
        assert visit.page.locator("#drill-count").inner_text() == "1 av 24 anställda"


@pytest.mark.browser
def test_the_axis_stands_inside_the_chart(browser: Any, swedish_page: Path) -> None:
    with Visit(browser, swedish_page) as visit:
        outside = visit.page.evaluate(
            """[...document.querySelectorAll("#chart .grid text")].filter((text) =>
                text.getBoundingClientRect().left < byLeft).length""".replace(
                "byLeft", 'document.getElementById("chart").getBoundingClientRect().left - 1'
            )
        )
        assert outside == 0


@pytest.mark.browser
def test_units_go_by_name(browser: Any, tmp_path: Path, result: KpiResult) -> None:
    units = result.figures["unit"]
    first = units["unit_id"][0]
    named = units.with_columns(name=pl.when(pl.col("unit_id") == first).then(pl.lit("Solgården")))
    path = tmp_path / "namn.html"
    write_page(path, replace(result, figures={**result.figures, "unit": named}), intake(), about(), "sv")
    with Visit(browser, path) as visit:
        choices = visit.page.locator("#people-unit option").all_inner_texts()
        assert "Solgården" in choices
        assert first not in choices
        visit.page.locator("#people-unit").select_option("Solgården")
        wanted = result.figures["employee"].filter(pl.col("unit_id") == first).height
        assert visit.page.locator("#people tbody tr").count() == wanted
