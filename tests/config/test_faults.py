"""Every fault of a tcw.yaml, with its exact message in both languages."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tcw.errors import ExitCode, ManyFaults, TcwError, UsageFault
from tcw.intake.settings.config_file import MOST_FAULTS, find_config, load_config
from tcw.wording import Language
from tcw.wording.phrase import swedish

CASES: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("faults.toml").read_text("utf-8"))[
    "case"
]


def faults_of(data: str | bytes, folder: Path) -> TcwError:
    file = folder / "tcw.yaml"
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    with pytest.raises(TcwError) as caught:
        load_config(file)
    assert caught.value.exit_code == ExitCode.USAGE
    return caught.value


def lines_of(fault: TcwError, lang: Language, folder: Path) -> list[str]:
    return [line.replace(str(folder / "tcw.yaml"), "tcw.yaml") for line in fault.lines(lang)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: re.sub(r"\W+", "-", case["yaml"])[:40])
def test_message(case: dict[str, Any], tmp_path: Path) -> None:
    fault = faults_of(case["yaml"], tmp_path)
    assert lines_of(fault, "en", tmp_path) == case["en"]
    assert lines_of(fault, "sv", tmp_path) == case["sv"]


FILES: list[tuple[bytes, str, str]] = [
    (
        "files:\n  å.csv: {}\n".encode("cp1252"),
        (
            "tcw.yaml, line 2: a character that is not UTF-8 (byte 0xE5); save the file as UTF-8 (in Notepad: "  # noqa: E501
            "Save as, Encoding: UTF-8) and run again."
        ),
        (
            "tcw.yaml, rad 2: ett tecken som inte är UTF-8 (byte 0xE5); spara filen som UTF-8 (i Anteckningar: "  # noqa: E501
            "Spara som, Kodning: UTF-8) och kör igen."
        ),
    ),
    (
        b"\xef\xbb\xbflanguage: sv\n\nx\xe5",
        (
            "tcw.yaml, line 3: a character that is not UTF-8 (byte 0xE5); save the file as UTF-8 (in Notepad: "  # noqa: E501
            "Save as, Encoding: UTF-8) and run again."
        ),
        (
            "tcw.yaml, rad 3: ett tecken som inte är UTF-8 (byte 0xE5); spara filen som UTF-8 (i Anteckningar: "  # noqa: E501
            "Spara som, Kodning: UTF-8) och kör igen."
        ),
    ),
    (
        "language: sv\n".encode("utf-16"),
        "tcw.yaml is UTF-16; save it as UTF-8 (in Notepad: Save as, Encoding: UTF-8) and run again.",
        "tcw.yaml är UTF-16; spara den som UTF-8 (i Anteckningar: Spara som, Kodning: UTF-8) och kör igen.",
    ),
    (
        "language: sv\n".encode("utf-16-be"),
        "tcw.yaml is UTF-16; save it as UTF-8 (in Notepad: Save as, Encoding: UTF-8) and run again.",
        "tcw.yaml är UTF-16; spara den som UTF-8 (i Anteckningar: Spara som, Kodning: UTF-8) och kör igen.",
    ),
    (
        b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0\xb5",
        "tcw.yaml is no text file but binary data; name a tcw.yaml.",
        "tcw.yaml är ingen textfil utan binära data; ange en tcw.yaml.",
    ),
    (
        b"language: sv\n# \x07\n",
        "tcw.yaml, line 2: an invisible control character (U+0007); remove it.",
        "tcw.yaml, rad 2: ett osynligt styrtecken (U+0007); ta bort det.",
    ),
    (
        b"#" * (1024 * 1024 + 1),
        "tcw.yaml is 1,048,577 bytes, more than the 1,048,576 a tcw.yaml may have; is it the right file?",
        "tcw.yaml är 1 048 577 byte, mer än de 1 048 576 som en tcw.yaml får ha; är det rätt fil?",
    ),
]


@pytest.mark.parametrize(("data", "en", "sv"), FILES, ids=lambda value: str(value)[:30])
def test_file_that_is_no_text(data: bytes, en: str, sv: str, tmp_path: Path) -> None:
    fault = faults_of(data, tmp_path)
    assert lines_of(fault, "en", tmp_path) == [en]
    assert [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines_of(fault, "sv", tmp_path)] == [sv]


def test_missing_and_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageFault) as missing:
        load_config(tmp_path / "none.yaml")
    assert missing.value.lines("en") == [
        f"{tmp_path}/none.yaml: there is no such file; check the path, or write one with tcw init."
    ]
    with pytest.raises(UsageFault) as folder:
        load_config(tmp_path)
    assert folder.value.lines("sv") == [f"{tmp_path} är en mapp; ange filen i den, som {tmp_path}/tcw.yaml."]


def test_device_is_not_read() -> None:
    with pytest.raises(UsageFault) as fault:
        load_config(Path("/dev/zero"))
    assert fault.value.code == "config-no-file"


def test_permission_denied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The tests may run as root, whom no mode keeps out.
    def deny(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "tcw.yaml").write_text("language: sv")
    monkeypatch.setattr(Path, "open", deny)
    with pytest.raises(UsageFault) as fault:
        load_config(tmp_path / "tcw.yaml")
    assert fault.value.lines("en") == [
        f"{tmp_path}/tcw.yaml: permission denied; let the account that runs tcw read the file."
    ]
    assert fault.value.lines("sv") == [
        f"{tmp_path}/tcw.yaml: behörighet saknas; låt kontot som kör tcw läsa filen."
    ]


def test_other_faults_of_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    (tmp_path / "tcw.yaml").write_text("language: sv")
    monkeypatch.setattr(Path, "open", fail)
    with pytest.raises(UsageFault) as fault:
        load_config(tmp_path / "tcw.yaml")
    assert fault.value.lines("en") == [f"{tmp_path}/tcw.yaml cannot be read: Input/output error."]
    assert fault.value.lines("sv") == [f"{tmp_path}/tcw.yaml går inte att läsa: Input/output error."]


def test_impossible_path() -> None:
    with pytest.raises(UsageFault) as fault:
        load_config(Path("a\0b"))
    assert fault.value.code == "config-missing"


@pytest.mark.parametrize(
    "bomb",
    [
        "\n".join(
            [
                f"a0: &a0 [{'x, ' * 9}x]",
                *(f"a{n}: &a{n} [{f'*a{n - 1}, ' * 9}*a{n - 1}]" for n in range(1, 12)),
            ]
        ),
        "files:\n" + "".join(f"  f{number}: {{ignore: true}}\n" for number in range(30_000)),
    ],
    ids=["billion laughs", "many values"],
)
def test_bomb(bomb: str, tmp_path: Path) -> None:
    fault = faults_of(bomb, tmp_path)
    assert fault.code == "config-too-many"
    assert "more than 50,000 values, counting what aliases (*name) repeat" in fault.lines("en")[0]


@pytest.mark.parametrize("deep", ["[", "{a: ", "- ", "? "], ids=["list", "group", "lines", "keys"])
def test_deep_nesting(deep: str, tmp_path: Path) -> None:
    fault = faults_of(deep * 100_000, tmp_path)
    assert fault.lines("en")[-1].endswith("groups inside groups more than 20 deep; is it the right file?")


def test_deep_nesting_through_aliases(tmp_path: Path) -> None:
    text = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 100))
    assert faults_of(text, tmp_path).lines("en")[0].endswith("more than 20 deep; is it the right file?")


def test_all_faults_at_once_in_line_order(tmp_path: Path) -> None:
    text = "max_rejects: 95\nlangage: sv\nmax_rejects: 1 %\nkpis:\n  difference: point\ntimezone: Mars\n"
    fault = faults_of(text, tmp_path)
    assert isinstance(fault, ManyFaults)
    assert [one.facts["line"] for one in fault.faults] == [1, 2, 3, 5, 6]


def test_no_more_than_a_screen_of_faults(tmp_path: Path) -> None:
    fault = faults_of("".join(f"key{number}: 1\n" for number in range(80)), tmp_path)
    assert len(fault.lines("en")) == MOST_FAULTS + 1
    assert fault.lines("en")[-1].endswith("tcw.yaml: 30 more faults; correct these first.")
    assert fault.lines("sv")[-1].endswith("tcw.yaml: ytterligare 30 fel; rätta dessa först.")


def test_two_config_files(tmp_path: Path) -> None:
    (tmp_path / "tcw.yaml").touch()
    (tmp_path / "tcw.yml").touch()
    with pytest.raises(UsageFault) as fault:
        find_config(tmp_path)
    assert fault.value.lines("en") == [
        f"{tmp_path}/tcw.yaml and {tmp_path}/tcw.yml are both there; keep one of them."
    ]
    assert fault.value.lines("sv") == [
        f"Både {tmp_path}/tcw.yaml och {tmp_path}/tcw.yml finns; behåll en av dem."
    ]


def test_long_and_odd_values_stay_one_line(tmp_path: Path) -> None:
    fault = faults_of(
        f'duplicate_bookings: "{"x" * 5000}\\n\\ny"\n? "{"k" * 5000}\\nz"\n: 1\nheaders: {{staff: '
        f'{{"a\\nb{"c" * 999}": x}}}}\n',
        tmp_path,
    )
    assert len(fault.lines("en")) == 3
    for lang in ("en", "sv"):
        for line in fault.lines(lang):
            assert "\n" not in line
            assert len(line) < 600


def test_secrets_are_not_repeated(tmp_path: Path) -> None:
    fault = faults_of("privacy:\n  key: hemligheten\n  secret: hemligheten\n", tmp_path)
    assert "hemligheten" not in " ".join(fault.lines("en") + fault.lines("sv"))


def test_every_wording_has_the_places_of_the_english_one() -> None:
    from tcw.intake.settings import config_faults, config_file, starter, yaml_text, yaml_tree
    from tcw.model import config
    from tcw.model.config import exports, kpis, values
    from tcw.wording import Phrase

    rooms = (
        config_faults,
        config_file,
        starter,
        yaml_text,
        yaml_tree,
        config,
        exports,
        kpis,
        values,
    )
    phrases = {one.code: one for room in rooms for one in vars(room).values() if isinstance(one, Phrase)}
    assert len(phrases) > 50
    for code, phrase in phrases.items():
        assert set(re.findall(r"{(\w+)}", phrase.english)) == set(re.findall(r"{(\w+)}", swedish()[code])), (
            code
        )
