"""Users, memberships and who may open which page. Imports no other app."""
