from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_everything_that_the_readme_points_at_is_there():
    targets = re.findall(r"\]\(([^)#]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(targets) >= 5
    assert [target for target in targets if not (ROOT / target).is_file()] == []
