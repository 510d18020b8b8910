"""Pages that compose rooms: the start page, the overview for leaders."""
