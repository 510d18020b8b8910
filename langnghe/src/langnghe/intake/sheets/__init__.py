"""Tables that somebody else wrote: read, checked and scrubbed in a child process with bounds, before anything is stored.

Nothing here knows Django: a file is untrusted, and the child that reads it holds no connection and no secret. What leaves it is a
file of notes whose words have passed the door, and faults that name rows and columns, never the words in them.
"""
