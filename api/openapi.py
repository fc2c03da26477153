"""`python -m api.openapi`: print the API's own description, from which the page's client is made."""

import json
import sys

from api.main import create_app


def main() -> None:
    json.dump(create_app(None).openapi(), sys.stdout, indent=2, sort_keys=True)


if __name__ == "__main__":
    main()
