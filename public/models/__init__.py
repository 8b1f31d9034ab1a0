"""Tables of what is made for everybody: copies for searching, figures of days, dumps."""
