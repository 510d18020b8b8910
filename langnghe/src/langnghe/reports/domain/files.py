def seal(r): pass
def write_files(*a, **k): return []
