"""Questions about the network: who it is made of, who owes what, what took over from what."""

from langnghe.network.queries.demo import find_demo_person
from langnghe.network.queries.duties import Board, last_due_period, look_at_duties
from langnghe.network.queries.local_names import NamesAround, names_around
from langnghe.network.queries.roster import Roster, current_term, members_of, roster_of
from langnghe.network.queries.succession import PlacesInTime, Succession, places_through_time, units_through_time

__all__ = [
    "Board", "NamesAround", "PlacesInTime", "Roster", "Succession", "current_term", "find_demo_person", "last_due_period",
    "look_at_duties", "members_of", "names_around", "places_through_time", "roster_of", "units_through_time",
]
