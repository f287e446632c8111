"""Confined child processes: whatever decodes bytes of strangers runs in one of these, and nowhere else.

The side of the service is `child` (start a worker, ask it, end it) with `limits` (what a question and a drop
may cost); the side of the worker is `inside` (give up every right, then answer). `frames` is what goes
between them, `landlock` and `seccomp` are what the kernel enforces.
"""
