"""An invented company to show Seatkeeper on: its people, its forge, and the truth about both."""
