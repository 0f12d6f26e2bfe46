"""What a web host reads of a site: headers, the Content-Security-Policy, limits of the host.

docs/shipping.md has a section for each host.
"""
