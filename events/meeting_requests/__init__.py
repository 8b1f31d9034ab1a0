"""Who fits whom at an event, requests for meetings, and meetings that two book themselves."""
