"""The command line: a command a file, loaded only when it is called."""
