"""What gunicorn runs (WSGI)."""

from __future__ import annotations

from django.core.wsgi import get_wsgi_application

from pipeline.web.database import bring_up

application = get_wsgi_application()
bring_up()
