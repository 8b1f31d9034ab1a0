"""Tables of practices, news and letters to the portal."""
