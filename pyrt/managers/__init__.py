"""Background callback managers, and the channel by which a job reports to the page."""
