"""Vietnamese text: one form (`nghe.text.fold`) for search, codes and comparison."""
