"""Importing stays light: commands that need no model load none."""

import json
import subprocess
import sys

import pytest

HEAVY = ("torch", "sentence_transformers", "haystack", "qdrant_client", "qdrant_edge", "pandas",
         "streamlit", "jieba", "transformers", "docx", "pptx")  # fmt: skip


@pytest.mark.parametrize(
    "module",
    ["api.cli", "api.schemas", "api.services", "corpus.model", "corpus.regions", "corpus.store.base",
     "ingest.parse", "ingest.readers", "evals.report", "api.app"],
)  # fmt: skip
def test_import_loads_nothing_heavy(module):
    code = f"import json, sys, {module}; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = set(json.loads(done.stdout))
    assert not loaded & set(HEAVY)
