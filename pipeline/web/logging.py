"""Lines of the page's log: an id and values; never the words of an error, an address or a name."""

from __future__ import annotations

import json
import logging


class Plain(logging.Formatter):
    """One JSON object a line, as `jeke run --log json` writes them."""

    def format(self, record: logging.LogRecord) -> str:
        """Of libraries' records the logger's name alone is kept."""
        values = getattr(record, "values", None)
        line = {"level": record.levelname.lower(), "event": record.msg if values is not None else record.name}
        return json.dumps(line | (values or {}), ensure_ascii=False)
