"""The organisers' side of the schedule: having it made, showing it, and changing it by hand."""
