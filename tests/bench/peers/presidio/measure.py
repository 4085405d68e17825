"""Look at columns with presidio-analyzer's patterns and print which kinds each has, and how long.

Run in this folder's environment, which has no language model: names, places and dates are not
asked for, and words near a number are those of the column's name, its label and the cell itself.
Reads a JSON list of ``{"words": [str], "cells": [str]}`` from standard input; prints JSON
``{"seconds": float, "found": [[kind]]}``, one list for each column. A column has a kind where at
least one of its cells reaches SCORE, which is what presidio gives a well-formed number without
further words, and a vague one with them.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Iterator
from typing import Any

import spacy
import tldextract.tldextract
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine
from presidio_analyzer.predefined_recognizers import AbaRoutingRecognizer

SCORE = 0.4
KINDS = {
    "US_SSN": "social-security",
    "CREDIT_CARD": "payment-card",
    "US_BANK_NUMBER": "bank-account",
    "ABA_ROUTING_NUMBER": "bank-account",
    "IBAN_CODE": "bank-account",
    "US_DRIVER_LICENSE": "personal-identification",
    "US_PASSPORT": "personal-identification",
    "US_ITIN": "personal-identification",
    "EMAIL_ADDRESS": "e-mail",
    "PHONE_NUMBER": "telephone",
}


class Words(NlpEngine):
    """Splits text into words, which is all that patterns need of a language."""

    def __init__(self) -> None:
        """Take spaCy's rules of English, which come without a model."""
        self.words = spacy.blank("en")

    def load(self) -> None:
        """Do nothing: there is no model."""

    def is_loaded(self) -> bool:
        """Say that nothing is missing."""
        return True

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        """Return the words of a text, each as its own lemma."""
        words = self.words(text)
        places = [word.idx for word in words]
        return NlpArtifacts([], words, places, [w.lower_ for w in words], self, language)

    def process_batch(
        self, texts: Iterable[str], language: str, **_: Any
    ) -> Iterator[tuple[str, NlpArtifacts]]:
        """Return the words of many texts."""
        return ((text, self.process_text(text, language)) for text in texts)

    def is_stopword(self, word: str, language: str) -> bool:
        """Say whether a word carries no meaning."""
        return bool(self.words.vocab[word].is_stop)

    def is_punct(self, word: str, language: str) -> bool:
        """Say whether a word is a mark."""
        return bool(self.words.vocab[word].is_punct)

    def get_supported_entities(self) -> list[str]:
        """Return nothing: only patterns find anything."""
        return []

    def get_supported_languages(self) -> list[str]:
        """Return English."""
        return ["en"]


def main() -> None:
    """Look at the columns and print."""
    # The ends of e-mail addresses as they come with the library, instead of fetched.
    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=())
    engine = Words()
    registry = RecognizerRegistry()
    registry.load_predefined_recognizers(languages=["en"], nlp_engine=engine)
    registry.add_recognizer(AbaRoutingRecognizer())
    analyzer = AnalyzerEngine(registry, engine, default_score_threshold=SCORE)
    columns = json.load(sys.stdin)
    began = time.perf_counter()
    found = []
    for column in columns:
        kinds = set()
        for cell in filter(None, column["cells"]):
            for result in analyzer.analyze(
                cell, language="en", entities=list(KINDS), context=column["words"]
            ):
                kinds.add(KINDS[result.entity_type])
        found.append(sorted(kinds))
    print(json.dumps({"seconds": time.perf_counter() - began, "found": found}))


if __name__ == "__main__":
    main()
