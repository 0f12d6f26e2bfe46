"""One open page: a message comes in, callbacks run until all is quiet, messages go out."""
