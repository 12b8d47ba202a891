"""The settings a run went by, as flat text for the about sheet and `tcw config check`."""

from collections.abc import Iterator, Mapping

from tcw.model.config.section import Section


def settings_in_force(config: Section) -> dict[str, str]:
    """Return every setting that is set, by its dotted name: "kpis.difference" -> "points".

    Values are as tcw.yaml would have them (shares with a percent sign); what is unset or empty has no force
    and is left out.
    """
    return dict(_flat("", config.model_dump(mode="json")))


def _flat(name: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(f"{name}.{key}" if name else str(key), inner)
    elif value not in (None, []):
        yield name, _text(value)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(map(_text, value)) if isinstance(value, list) else str(value)
