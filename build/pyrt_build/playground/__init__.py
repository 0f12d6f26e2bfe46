"""`pyrt playground`: a site in which people write Dash apps and run them (docs/playground.md).

Begin with `make.py`.
"""
