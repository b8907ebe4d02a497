"""
Print the templates to register: for the page of the channel, or, with `requests`, as Meta's API is asked, a line each.

Run as `python -m satupintu.messaging.channels.whatsapp_cloud.register [requests]`; nothing is sent anywhere.
"""

import json
import sys

from satupintu.messaging.channels.whatsapp_cloud.templates import all_templates, as_page, request_of


def main(what: list[str]) -> None:
    if what == ["requests"]:
        print("\n".join(json.dumps(request_of(one)) for one in all_templates()))  # noqa: T201  for a script
    else:
        print(as_page())  # noqa: T201  for whoever writes the page


if __name__ == "__main__":
    main(sys.argv[1:])
