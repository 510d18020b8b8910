"""The frozen aggregate under a sentence, its hash, and the digest of a report. No third-party package is needed.

    record = FieldIndication(id="E03", title={"vi": ...}, query={...}, base={...}, method={...},
                             uncertainty={"type": "coverage_bounds", "text": {...}}, rows={...}, frozen_at="...")
    record.hash; record.to_dict(); Evidence.from_dict(data)       # a `Fault` says what is wrong, and where
    digest(report, statements, evidence)                          # what the report prints
"""

from nghe.evidence.bounds import Coverage
from nghe.evidence.canonical import canonical_json, sha256_of
from nghe.evidence.digest import digest
from nghe.evidence.record import (
    KINDS,
    DocumentCount,
    DocumentFact,
    Evidence,
    FieldIndication,
    Judgement,
    MixedKindsError,
    ModelEstimate,
    PollTally,
    QuotaTally,
    SurveyEstimate,
    Value,
)

__all__ = [
    "KINDS",
    "Coverage",
    "DocumentCount",
    "DocumentFact",
    "Evidence",
    "FieldIndication",
    "Judgement",
    "MixedKindsError",
    "ModelEstimate",
    "PollTally",
    "QuotaTally",
    "SurveyEstimate",
    "Value",
    "canonical_json",
    "digest",
    "sha256_of",
]
