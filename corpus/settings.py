"""Settings, read once from ``TASHAN_*`` environment variables and passed on explicitly."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

BUNDLED_MODEL = Path(__file__).parent / "embedding"
DOCUMENTS = Path(__file__).parent / "documents"
SOURCES = Path(__file__).parent / "sources.toml"
VOCABULARY = Path(__file__).parent / "vocabulary"


class Settings(BaseSettings):
    """All settings; each is ``TASHAN_`` and the field's name in upper case."""

    model_config = SettingsConfigDict(env_prefix="TASHAN_", frozen=True, extra="forbid")

    data_dir: Path = Field(Path(".tashan"), description="Folder of the store and caches.")
    host: str = Field("127.0.0.1", description="Address the API listens on.")
    port: int = Field(8000, ge=1, le=65535, description="Port of the API.")
    ui_port: int = Field(8501, ge=1, le=65535, description="Port of the UI, on 127.0.0.1.")
    api_token: str | None = Field(
        None, description="Bearer token asked of every request; needed off loopback addresses."
    )
    max_file_mb: int = Field(20, ge=1, description="Largest file read or uploaded, in MiB.")
    embedding_model: str = Field(
        str(BUNDLED_MODEL), description="Sentence Transformers name or folder."
    )
    query_prefix: str | None = Field(
        None, description="Instruction put before a query; unset: the model's own, empty: none."
    )
    embedding_batch: int = Field(64, ge=1, description="Passages embedded at a time.")
    reranker: str | None = Field(
        None, description="Cross-encoder that re-scores the first hits, name or folder."
    )
    reranker_top: int = Field(30, ge=1, le=1000, description="Hits that are re-scored.")
    reranker_batch: int = Field(16, ge=1, description="Hits re-scored at a time.")
    device: str = Field(
        "auto",
        pattern=r"^(auto|cpu|mps|cuda(:\d+)?)$",
        description="What models run on: auto (the best there is), cpu, cuda, cuda:1 …, mps.",
    )
    qdrant_url: str | None = Field(
        None, description="Qdrant server or cluster; unset: Qdrant Edge in data_dir."
    )
    qdrant_api_key: str | None = Field(None, description="Key of the Qdrant server.")
    qdrant_collection: str = Field("tashan", description="Collection on the Qdrant server.")
    qdrant_shard_number: int = Field(1, ge=1, description="Shards of a new collection.")
    qdrant_replication_factor: int = Field(1, ge=1, description="Replicas of a new collection.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="Level of the log on standard error."
    )

    @property
    def store_dir(self) -> Path:
        """Folder of the Qdrant Edge shard."""
        return self.data_dir / "store"

    @property
    def cache_dir(self) -> Path:
        """Folder of caches that can be deleted at any time."""
        return self.data_dir / "cache"
