"""Where people come from: databases and files, each behind the door `IdentitySource`."""
