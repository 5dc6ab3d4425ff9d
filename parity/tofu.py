"""OpenTofu, built once from its Go module into `build/parity`."""

import shutil
import subprocess
from pathlib import Path

VERSION = "v1.10.10"
MODULE = "github.com/opentofu/opentofu"
_GO_MOD = f"""module incident-double.invalid/parity

go 1.24

require {MODULE} {VERSION}

// As its own go.mod has it: a replacement counts in the main module only.
replace github.com/hashicorp/hcl/v2 => github.com/opentofu/hcl/v2 v2.20.2-0.20251021132045-587d123c2828
"""


def built(folder: Path) -> Path | None:
    """The program, built if it isn't there yet; None where there is no Go.

    Raises subprocess.CalledProcessError when it can't be built.
    """
    program = folder / f"tofu-{VERSION}"
    if program.exists():
        return program.resolve()
    go = shutil.which("go")
    if go is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "go.mod").write_text(_GO_MOD, encoding="utf-8")
    command = [
        go,
        "build",
        "-mod=mod",
        "-trimpath",
        "-ldflags=-s -w",
        "-o",
        program.name,
        f"{MODULE}/cmd/tofu",
    ]
    subprocess.run(command, cwd=folder, check=True)
    return program.resolve()
