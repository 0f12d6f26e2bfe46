"""What of an app belongs to the site, and what stays on the server; begins in `parting`."""
