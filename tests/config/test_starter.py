"""The commented tcw.yaml of `tcw init`, and the commands around the file."""

import json
import re
from pathlib import Path

import pytest
from pydantic import BaseModel
from typer.testing import CliRunner

import tcw.cli.shell.faults
from tcw.errors import TcwError, UsageFault
from tcw.intake.settings.config_file import load_config
from tcw.intake.settings.starter import starter, write_starter
from tcw.model.config import Config
from tcw.wording import Language

LANGS: tuple[Language, ...] = ("sv", "en")


def uncommented(text: str) -> str:
    """Remove the # before every setting, as somebody would who changes them all."""
    return "\n".join(re.sub(r"^#(?!#| yaml-lang)", "", line) for line in text.splitlines())


def loaded(text: str, folder: Path) -> Config:
    file = folder / "tcw.yaml"
    file.write_text(text, encoding="utf-8")
    return load_config(file)


def names(model: type[BaseModel], prefix: str = "") -> set[str]:
    """Name all settings outside free-form groups."""
    found: set[str] = set()
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            found |= names(kind, f"{prefix}{name}.")
        else:
            found.add(prefix + name)
    return found


@pytest.mark.parametrize("lang", LANGS)
def test_as_written_it_is_the_defaults(lang: Language, tmp_path: Path) -> None:
    assert loaded(starter(lang), tmp_path) == Config()


@pytest.mark.parametrize("lang", LANGS)
def test_uncommented_it_is_the_defaults_too(lang: Language, tmp_path: Path) -> None:
    text = uncommented(starter(lang))
    assert "\nkpis:\n" in text
    assert loaded(text, tmp_path) == Config()


def test_it_names_every_setting() -> None:
    found: set[str] = set()
    group = ""
    for line in uncommented(starter("en")).splitlines():
        if match := re.match(r"( *)(\w+):", line):
            group = group if match[1] else match[2]
            found.add(f"{group}.{match[2]}" if match[1] else match[2])
    groups = {name.split(".")[0] for name in names(Config) if "." in name}
    assert found - groups == names(Config)


@pytest.mark.parametrize("lang", LANGS)
def test_examples_are_valid_files(lang: Language, tmp_path: Path) -> None:
    examples = re.findall(r"^## (?:Exempel|Example): (.*)$", starter(lang), re.MULTILINE)
    assert len(examples) >= 8
    for example in examples:
        assert loaded(example, tmp_path) != Config()


def test_both_languages_say_the_same_amount() -> None:
    swedish, english = starter("sv").splitlines(), starter("en").splitlines()
    assert len(swedish) == len(english)
    assert swedish[0] == english[0] == "# yaml-language-server: $schema=tcw.schema.json"
    assert "Röda dagar" in starter("sv")
    assert "Röda dagar" not in starter("en")
    assert not re.search(r"^##(sv|en|>)", starter("sv"), re.MULTILINE)


def test_a_setting_without_its_group_says_where_it_belongs(tmp_path: Path) -> None:
    with pytest.raises(TcwError) as fault:
        loaded(starter("en").replace("#  difference:", "difference:"), tmp_path)
    assert "difference belongs on an indented line below kpis:" in fault.value.lines("en")[0]


def test_init_makes_the_folder_and_says_what_next(tmp_path: Path) -> None:
    folder = tmp_path / "nya exporter"
    message = write_starter(folder, "sv", force=False)
    assert (
        message.say("sv")
        == f"Skrev {folder}/tcw.yaml. Lägg exporterna i mappen och kör: tcw inspect '{folder}'"
    )
    assert (
        message.say("en")
        == f"Wrote {folder}/tcw.yaml. Put the exports in the folder and run: tcw inspect '{folder}'"
    )
    assert [file.name for file in folder.iterdir()] == ["tcw.yaml"]
    assert load_config(folder / "tcw.yaml") == Config()


@pytest.mark.parametrize("name", ["tcw.yaml", "tcw.yml"])
def test_init_never_overwrites_without_force(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("language: en")
    with pytest.raises(UsageFault) as fault:
        write_starter(tmp_path, "en", force=False)
    assert fault.value.lines("en") == [
        f"{tmp_path}/{name} is already there and stays as it is; add --force to overwrite it."
    ]
    assert fault.value.lines("sv") == [
        f"{tmp_path}/{name} finns redan och lämnas som den är; lägg till --force för att skriva över den."
    ]
    assert (tmp_path / name).read_text() == "language: en"
    write_starter(tmp_path, "en", force=True)
    assert (tmp_path / name).read_text(encoding="utf-8") == starter("en")
    assert len(list(tmp_path.iterdir())) == 1


def test_init_into_a_file(tmp_path: Path) -> None:
    (tmp_path / "fil").touch()
    with pytest.raises(UsageFault) as fault:
        write_starter(tmp_path / "fil", "sv", force=False)
    assert fault.value.lines("sv") == [f"{tmp_path}/fil är en fil; ange en mapp."]


def test_init_where_nothing_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(UsageFault) as fault:
        write_starter(tmp_path, "en", force=False)
    assert fault.value.lines("en") == [f"{tmp_path}/tcw.yaml cannot be written: No space left on device."]
    assert fault.value.lines("sv") == [f"{tmp_path}/tcw.yaml går inte att skriva: No space left on device."]
    assert list(tmp_path.iterdir()) == []


def test_schema_command_prints_the_schema() -> None:
    from tcw.cli.config import config_app

    result = CliRunner().invoke(config_app, ["schema"])
    assert result.exit_code == 0
    assert json.loads(result.stdout) == Config.model_json_schema()


def test_check_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tcw.cli.config import config_app

    monkeypatch.setattr(tcw.cli.shell.faults._Speech, "lang", None)
    (tmp_path / "tcw.yaml").write_text("kpis: {rate_min: 50 %}\n")
    result = CliRunner().invoke(config_app, ["check", str(tmp_path), "--lang", "sv"])
    assert result.exit_code == 0
    assert "kpis.rate_min: 50 %\n" in result.stdout
    assert result.stderr == f"{tmp_path}/tcw.yaml är rätt. Inställningarna som gäller:\n"
    (tmp_path / "tcw.yaml").write_text("kpi: 1\n")
    fault = CliRunner().invoke(config_app, ["check", str(tmp_path)]).exception
    assert isinstance(fault, UsageFault)
    assert fault.code == "config-unknown-key-similar"


def test_check_command_without_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tcw.cli.config import config_app

    monkeypatch.setattr(tcw.cli.shell.faults._Speech, "lang", None)
    result = CliRunner().invoke(config_app, ["check", str(tmp_path), "--lang", "en"])
    assert result.stderr == f"{tmp_path}: no tcw.yaml was found; the defaults are in force.\n"
    assert "kpis.difference: points\n" in result.stdout
    result = CliRunner().invoke(config_app, ["check", str(tmp_path), "--lang", "sv"])
    assert result.stderr == f"{tmp_path}: ingen tcw.yaml hittades; standardinställningarna gäller.\n"
