"""The printed guides: pictures of the pages as they are, one guide a role and language."""
