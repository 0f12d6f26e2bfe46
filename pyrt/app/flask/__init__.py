"""What stands for Flask on a static host: the server object, and the request of a call."""
