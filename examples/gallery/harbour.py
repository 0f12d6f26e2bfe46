"""Aldermere: seven islands, their ferries and boats. All of it is made up for this gallery."""

import heapq
from dataclasses import dataclass
from math import cos, hypot, pi, radians, sin

KM_PER_DEGREE = 111.2


@dataclass(frozen=True, slots=True)
class Island:
    name: str
    latitude: float
    longitude: float
    radius_km: float
    people: int
    known_for: str

    @property
    def position(self):
        return [self.latitude, self.longitude]


ISLANDS = {
    island.name: island
    for island in (
        Island("Aldra", 44.62, -30.95, 9.0, 4210, "the market"),
        Island("Brisa", 44.80, -30.62, 6.0, 1380, "kites"),
        Island("Corr", 44.50, -30.50, 7.0, 2050, "slate"),
        Island("Dunmere", 44.33, -30.90, 6.5, 930, "dunes"),
        Island("Eska", 44.70, -30.20, 5.0, 610, "oysters"),
        Island("Fenholm", 44.40, -30.15, 8.0, 1740, "cranes"),
        Island("Gull Rock", 44.93, -30.95, 2.6, 12, "the lighthouse"),
    )
}

FERRIES = [  # from, to, minutes
    ("Aldra", "Brisa", 40),
    ("Aldra", "Corr", 55),
    ("Aldra", "Dunmere", 45),
    ("Aldra", "Gull Rock", 50),
    ("Brisa", "Eska", 50),
    ("Brisa", "Gull Rock", 35),
    ("Corr", "Dunmere", 50),
    ("Corr", "Eska", 45),
    ("Corr", "Fenholm", 40),
    ("Eska", "Fenholm", 45),
]

BOATS = [
    {"boat": boat, "harbour": harbour, "built": built, "metres": metres, "fee": fee, "paid": paid}
    for boat, harbour, built, metres, fee, paid in (
        ("Auk", "Aldra", 1987, 9.2, 310, "yes"),
        ("Bluebell", "Brisa", 2004, 7.4, 240, "yes"),
        ("Cormorant", "Aldra", 1999, 12.8, 455, "no"),
        ("Dorothea", "Corr", 1976, 15.1, 520, "yes"),
        ("Eider", "Fenholm", 2012, 8.0, 260, "no"),
        ("Fulmar", "Corr", 2018, 10.5, 380, "yes"),
        ("Guillemot", "Dunmere", 1991, 6.9, 215, "yes"),
        ("Heron", "Fenholm", 2007, 11.3, 405, "no"),
        ("Idle Hour", "Aldra", 2015, 13.6, 480, "yes"),
        ("Jenny Wren", "Eska", 1983, 5.8, 180, "no"),
        ("Kestrel", "Brisa", 2020, 14.2, 505, "yes"),
        ("Lapwing", "Dunmere", 1995, 8.7, 290, "yes"),
    )
]


def outline(island, corners=60):
    """A ragged ring of `[longitude, latitude]` around an island: the same one every time."""
    ring = []
    for step in range(corners + 1):
        angle = 2 * pi * (step % corners) / corners
        ragged = 1 + 0.16 * sin(3 * angle + island.people) + 0.08 * sin(7 * angle - island.people)
        degrees = island.radius_km * ragged / KM_PER_DEGREE
        squeeze = cos(radians(island.latitude))
        longitude = island.longitude + degrees * cos(angle) / squeeze
        ring.append([longitude, island.latitude + degrees * sin(angle)])
    return ring


def islands_as_geojson():
    features = [
        {
            "type": "Feature",
            "id": island.name,
            "properties": {"name": island.name, "people": island.people},
            "geometry": {"type": "Polygon", "coordinates": [outline(island)]},
        }
        for island in ISLANDS.values()
    ]
    return {"type": "FeatureCollection", "features": features}


def distance_km(latitude, longitude, island):
    """Good enough for a sea of this size: the earth is flat here."""
    east = (longitude - island.longitude) * cos(radians(island.latitude))
    return hypot(east, latitude - island.latitude) * KM_PER_DEGREE


def nearest_island(latitude, longitude):
    return min(ISLANDS.values(), key=lambda island: distance_km(latitude, longitude, island))


def neighbours(name):
    """Yields `(island, minutes)` for every ferry that leaves an island."""
    for start, end, minutes in FERRIES:
        if name in (start, end):
            yield (end if name == start else start), minutes


def quickest_way(start, goal):
    """`(minutes, [start, ..., goal])` by Dijkstra's algorithm."""
    queue = [(0, [start])]
    seen = set()
    while queue:
        minutes, way = heapq.heappop(queue)
        if way[-1] == goal:
            return minutes, way
        if way[-1] not in seen:
            seen.add(way[-1])
            for island, leg in neighbours(way[-1]):
                heapq.heappush(queue, (minutes + leg, [*way, island]))
    raise ValueError(f"No ferry leads from {start} to {goal}")


def sailings(count=400):
    """A timetable: the same rows every time, of a size that makes a grid worth having."""
    rows = []
    for number in range(count):
        start, end, minutes = FERRIES[number * 7 % len(FERRIES)]
        if number % 3 == 0:
            start, end = end, start
        rows.append(
            {
                "number": 100 + number,
                "from": start,
                "to": end,
                "departs": f"{6 + number * 5 % 16:02}:{number * 35 % 60:02}",
                "minutes": minutes,
                "seats": 60 + number * 17 % 140,
                "sold": (number * number * 13 + 7) % (60 + number * 17 % 140),
                "weather": ("calm", "breeze", "swell", "fog")[(number * 7 + number // 9) % 4],
            }
        )
    return rows
