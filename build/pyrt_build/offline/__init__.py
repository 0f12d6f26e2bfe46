"""A site that browsers keep, for use without a network: service worker, its list, web app manifest.

Read `add` first. The service worker is web/src/offline.
"""
