"""Ways out for notices: mail by the standard library, everything else by Apprise."""
