"""Prints who of the 2.18 table holds all that another role gives, from the published table alone.

One line a pair: the role that gives, the role that is given, and whether a strict policy lets it: whoever gives must have
the right to create access rules, and hold the very role or every one of its permissions.
"""

import csv
import pathlib

TABLE = pathlib.Path(__file__).parent / "matrix-2.18.csv"


def permissions():
    """Returns the permissions of every role, in the order of the table."""
    roles = {}
    with TABLE.open(newline="") as lines:
        for row in csv.DictReader(lines):
            own = roles.setdefault(row["role"], set())
            own.update((row["kind"], action) for action in row["actions"])
    return roles


def main():
    roles = permissions()
    print("giver,given,may")
    for giver, held in roles.items():
        for given, needed in roles.items():
            may_give = ("access_rules", "C") in held
            covers = giver == given or needed <= held
            print(f"{giver},{given},{'yes' if may_give and covers else 'no'}")


if __name__ == "__main__":
    main()
