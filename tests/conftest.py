"""Profiles of the property tests: modest by default, larger with HYPOTHESIS_PROFILE=fuzz. No compiled loop is stale."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

from repower.app import process

process.current()

settings.register_profile(
    "default", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], max_examples=60
)
settings.register_profile("fuzz", parent=settings.get_profile("default"), derandomize=False, max_examples=5000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
