"""What every connector must show: named behaviours, written against the ports alone.

A *scene* arranges something on a scratch organization and returns what was
seen; a *behaviour* judges that, and writes nothing. So one arrangement bears
many judgements, and no behaviour depends on the order of others.
"""
