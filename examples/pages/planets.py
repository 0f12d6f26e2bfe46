"""What the pages share: a small table of facts."""

PLANETS = {
    "mercury": {"name": "Mercury", "moons": 0, "radius": 2440},
    "venus": {"name": "Venus", "moons": 0, "radius": 6052},
    "earth": {"name": "Earth", "moons": 1, "radius": 6371},
    "mars": {"name": "Mars", "moons": 2, "radius": 3390},
    "jupiter": {"name": "Jupiter", "moons": 97, "radius": 69911},
}
