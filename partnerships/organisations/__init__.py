"""What businesses and financial partners have in common: profiles, names, search, directories, pages."""
