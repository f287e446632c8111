"""The ground under the mechanisms: durable files and atomic writes, locks, helper processes.

Every fsync, every lock and every start of a process of the product is here (tests/system).
"""
