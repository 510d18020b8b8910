"""Pages of reports: reading them and their files, working on a draft, the office's template."""
