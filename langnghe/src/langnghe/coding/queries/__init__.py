"""Questions about notes and their topics: the queue, what is suggested, what reads nearly the same."""
