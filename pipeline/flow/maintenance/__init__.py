"""The archive looked after: verify, backup, export, import, the audit chain and its witnesses."""
