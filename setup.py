"""What pyproject.toml cannot say: in a wheel, `flows`, `suites` and prefect.yaml lie within the library.

There they collide with nobody's own folders of these names; see litellm_observatory/project.py.
"""

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

DEPLOYED = ("flows", "suites")
LIBRARY = "litellm_observatory"


class Build(build_py):
    """The build of a wheel, with prefect.yaml."""

    def run(self) -> None:
        """Copy what every build copies, and the file."""
        super().run()
        if not self.editable_mode:
            self.copy_file("prefect.yaml", f"{self.build_lib}/{LIBRARY}/prefect.yaml")


setup(
    packages=[
        *find_packages(include=["deployments*", f"{LIBRARY}*"]),
        *(f"{LIBRARY}.{folder}" for folder in DEPLOYED),
    ],
    package_dir={f"{LIBRARY}.{folder}": folder for folder in DEPLOYED},
    package_data={LIBRARY: ["py.typed"]},
    cmdclass={"build_py": Build},
)
