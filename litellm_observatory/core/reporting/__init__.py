"""From what was seen to the report: judged, counted, and put into words."""
