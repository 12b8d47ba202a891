"""`privacy:`: the key that pseudonyms are made with. The key itself never stands in tcw.yaml."""

from pydantic import Field

from tcw.model.config.section import Section


class Privacy(Section):
    """Where `--pseudonymise` finds its key."""

    key_env: str = Field(default="TCW_PSEUDONYM_KEY", description="Environment variable that holds the key.")
    key_file: str | None = Field(
        default=None, description="File that holds the key, instead; relative to the folder of tcw.yaml."
    )
