"""What decides which callbacks run, and when: requests, runs, the queue, their effects."""
