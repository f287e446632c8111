"""The parts of the pipeline that join the mechanisms; `steps.py` tells their order."""
