"""From samples to the report: judged, counted, and summarised as text."""
