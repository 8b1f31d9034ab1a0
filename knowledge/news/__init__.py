"""News: articles, feeds, the newsletter."""
