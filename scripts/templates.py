"""Compile every template of the product, and name those that do not."""

import os
import sys
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "satupintu.config.settings")
    sys.path.insert(0, str(ROOT))
    django.setup()
    from django.template import TemplateSyntaxError
    from django.template.loader import get_template

    broken = []
    paths = sorted(path for path in ROOT.glob("satupintu/*/jinja2/**/*") if path.is_file())
    for path in paths:
        name = path.relative_to(ROOT).as_posix().split("/jinja2/", 1)[1]
        try:
            get_template(name)
        except TemplateSyntaxError as error:
            broken.append(f"{path.relative_to(ROOT)}: {error}")
    print("\n".join(broken) or f"{len(paths)} templates compile")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
