"""Who fits whom at an event, requests for meetings, and meetings that the two of a request book themselves."""
