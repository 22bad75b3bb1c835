"""The rules: pure functions over the nouns and over tables; nothing here reads or writes anything."""
