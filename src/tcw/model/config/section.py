"""What all sections of tcw.yaml have in common."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, model_validator


class Section(BaseModel):
    """A group of settings: unknown keys are refused, and a key without a value means its default."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _empty_means_default(cls, data: object) -> object:
        """Drop known keys without a value; a section with all its lines commented out is one, too."""
        if data is None:
            return {}
        if isinstance(data, Mapping):
            return {
                key: value for key, value in data.items() if value is not None or key not in cls.model_fields
            }
        return data
