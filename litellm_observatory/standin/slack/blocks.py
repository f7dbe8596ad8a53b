"""The limits of Slack's Block Kit, as far as a report could meet them.

Source: Slack's reference of blocks, block elements and composition objects.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, TypeAdapter, ValidationError, model_validator


class _Text(BaseModel):
    type: Literal["plain_text", "mrkdwn"]
    text: Annotated[str, Field(min_length=1, max_length=3000)]


class _FieldText(_Text):
    text: Annotated[str, Field(min_length=1, max_length=2000)]


class _HeaderText(_Text):
    type: Literal["plain_text"]
    text: Annotated[str, Field(min_length=1, max_length=150)]


class _ButtonText(_Text):
    type: Literal["plain_text"]
    text: Annotated[str, Field(min_length=1, max_length=75)]


class _Button(BaseModel):
    type: Literal["button"]
    text: _ButtonText
    url: Annotated[str, Field(max_length=3000)] | None = None


class _Image(BaseModel):
    type: Literal["image"]
    image_url: Annotated[str, Field(max_length=3000)]
    alt_text: Annotated[str, Field(min_length=1, max_length=2000)]


class _Header(BaseModel):
    type: Literal["header"]
    text: _HeaderText


class _Section(BaseModel):
    type: Literal["section"]
    text: _Text | None = None
    fields: Annotated[list[_FieldText], Field(min_length=1, max_length=10)] | None = None
    accessory: Annotated[_Button | _Image, Field(discriminator="type")] | None = None

    @model_validator(mode="after")
    def says_something(self) -> Self:
        if self.text is None and self.fields is None:
            raise ValueError("a section needs text or fields")
        return self


class _Context(BaseModel):
    type: Literal["context"]
    elements: Annotated[list[_Text | _Image], Field(min_length=1, max_length=10)]


class _Actions(BaseModel):
    type: Literal["actions"]
    elements: Annotated[list[_Button], Field(min_length=1, max_length=25)]


class _Divider(BaseModel):
    type: Literal["divider"]


_Block = Annotated[_Header | _Section | _Context | _Actions | _Divider | _Image, Field(discriminator="type")]
_BLOCKS = TypeAdapter(Annotated[list[_Block], Field(max_length=50)])


def are_valid(blocks: Any) -> bool:
    """Whether Slack would take this value as a message's `blocks`; a type not modelled here is refused."""
    try:
        _BLOCKS.validate_python(blocks)
    except ValidationError:
        return False
    return True
