"""Background callback managers (S-120 to S-127).

An app makes its manager where its file runs: in the browser, on the server and in Celery workers.
In the browser managers run nothing. Read `managers` first, then `channel`.
"""
