"""Make the golden bundles of a new format or a new version of the judge.

    python tests/golden/make.py

Once released, a golden bundle is never made again: an auditor of the future has to read it. Until
then a change of the judge makes new ones. The campaign's keys are those of `roles.json`.
"""

import importlib.util
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from qassay.evidence.bundle import FORMAT
from qassay.evidence.signing import sign_bundle

HERE = Path(__file__).resolve().parent


def small_world():
    """Load the machine, sheets and parties that the attacks are made on."""
    place = HERE.parent / "attacks" / "conftest.py"
    spec = importlib.util.spec_from_file_location("small_world", place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main():
    world = small_world()
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        made = dict(world.seal_both(folder))
        sign_bundle(made["run"], world.KEYS["verifier"], "verifier")
        made["campaign"] = world.make_campaign(folder / "campaign")
        for kind, path in made.items():
            shutil.copyfile(path, HERE / f"format-{FORMAT}-{kind}.qassay.zip")
    (HERE / "roles.json").write_bytes(world.ROLES.to_bytes())


if __name__ == "__main__":
    main()
