"""Pages: a collaborator's phone, what makes it work without a network, files brought in at a desk, the list of public cases."""
