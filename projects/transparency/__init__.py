"""The transparency page: where the money goes, what is late or silent, which interests are declared."""
