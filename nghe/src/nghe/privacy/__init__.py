"""Find and stop personal data in Vietnamese text. The same table of rules runs here and in the browser.

>>> [hit.type for hit in find("Gọi 0912 345 687 nhé")]
['PHONE']
>>> scrub("Gọi 0912 345 687 nhé").text
'Gọi [PHONE] nhé'
"""

from nghe.privacy.find import Hit, Scrubbed, find, scrub
from nghe.privacy.known import Known, know
from nghe.privacy.rules import RULES_VERSION, TYPES

__all__ = ["RULES_VERSION", "TYPES", "Hit", "Known", "Scrubbed", "find", "know", "scrub"]
