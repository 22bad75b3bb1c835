"""The prepared morning of the faults, without its breaking."""

from tests.faults.conftest import fixture_bench, prepared

__all__ = ["fixture_bench", "prepared"]
