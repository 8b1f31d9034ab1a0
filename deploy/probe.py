"""Ask the web server of this container whether it lives, as the proxy would; exit code 0 or 1."""

import os
import sys
import urllib.error
import urllib.request

PAGE = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/healthz"
HEADERS = {"Host": os.environ["ALLOWED_HOSTS"].split(",")[0], "X-Forwarded-Proto": "https"}

try:
    with urllib.request.urlopen(urllib.request.Request(PAGE, headers=HEADERS), timeout=3) as answer:
        sys.exit(answer.status != 200)
except (urllib.error.URLError, TimeoutError) as error:
    sys.exit(f"{PAGE}: {error}")
