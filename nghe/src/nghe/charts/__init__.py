"""Charts as SVG text: the same drawing in a page and in a document."""
