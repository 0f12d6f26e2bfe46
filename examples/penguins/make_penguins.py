"""Writes penguins.csv: three hundred penguins that never lived.

The numbers come from a seeded generator around sizes of our own choosing. They are no measurements
of real birds, and no published data set was used.
"""

import csv
from pathlib import Path
from random import Random

ISLANDS = ("Aldra", "Brisa", "Fenholm")
COLUMNS = ("bird", "species", "island", "sex", "bill_length", "bill_depth", "flipper", "mass")
SPECIES = {  # means of: bill length mm, bill depth mm, flipper mm, mass g; weights of the islands
    "Rockhopper": ((44.0, 19.6, 172, 2650), (5, 3, 1)),
    "Macaroni": ((57.5, 22.8, 198, 4550), (1, 4, 3)),
    "Gentoo": ((48.5, 15.4, 221, 5350), (2, 1, 5)),
}
BIRDS = 100


def penguins(random):
    """Yields rows. One hidden size drives all four measures of a bird, as it does in life."""
    for species, (means, weights) in SPECIES.items():
        for _ in range(BIRDS):
            sex = random.choice(("female", "male"))
            size = random.gauss(0.022 if sex == "male" else -0.022, 0.028)
            spreads = (0.035, 0.035, 0.018, 0.07)
            shares = (1.0, 1.1, 0.8, 2.4)
            bill_length, bill_depth, flipper, mass = (
                mean * (1 + share * size + random.gauss(0, spread))
                for mean, share, spread in zip(means, shares, spreads, strict=True)
            )
            island = random.choices(ISLANDS, weights)[0]
            sizes = (round(bill_length, 1), round(bill_depth, 1), round(flipper), round(mass, -1))
            yield (species, island, sex, *sizes[:3], int(sizes[3]))


def main():
    rows = list(penguins(Random(20260621)))  # noqa: S311 - the same birds every time
    with (Path(__file__).parent / "penguins.csv").open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows((f"P{number:03}", *row) for number, row in enumerate(rows, 1))


if __name__ == "__main__":
    main()
