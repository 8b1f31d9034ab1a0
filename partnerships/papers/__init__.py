"""Documents as PDF: asked for on a page, made by the worker, kept while they say what is there."""
